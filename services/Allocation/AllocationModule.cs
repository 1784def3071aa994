using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Ratings;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Allocation.SplitsByHand;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Allocation;

/// <summary>Splits a buyer's order among the member firms and tracks each offer until it is answered.</summary>
public sealed class AllocationModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "allocation";

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        PlaceOrder.Map(routes);        // 1  a buyer's order comes in, as JSON
        ImportOrder.Map(routes);       //    or as a UBL file
        MatchLine.Map(routes);         //    an unknown item is matched by hand
        DecideQuestion.Map(routes);    //    what the service can't act on waits for a decision
        ScreenOrder.Map(routes);       // 2  two people screen the buyer
        SimulateOrder.Map(routes);     //    what a run would do under other conditions
        AcceptOrder.Map(routes);       // 3  the manager accepts it and the first run starts
        StartRun.Map(routes);          //    or starts it later, over one order or several together
        SetPartsByHand.Map(routes);    //    or splits a line by hand, which a second person approves
        AskForPrices.Map(routes);      //    or asks for sealed prices again
        HandInPrice.Map(routes);       //    which the firms hand in: the cheapest get the line
        AnswerOffer.Map(routes);       // 5  a firm accepts its part or declines it
        AnswerOffers.Map(routes);      //    or many at once
        RelieveShortage.Map(routes);   // 7  pieces nobody took: the shortage procedure
        CallForPieces.Map(routes);     //    or the first firm to claim them gets them
        CancelOrder.Map(routes);
        GetOrder.Map(routes);          // 8  the answer to the buyer, and everything else to read
        ListTasks.Map(routes);         //    what a person must do now
        GetOffers.Map(routes);
        GetPassedOver.Map(routes);     //    and why a firm was offered nothing
        GetCapacity.Map(routes);
        GetRecords.Map(routes);        //    and how firms answer
        RateMember.Map(routes);        //    how firms did, for the policy WeightedScore
        GetRatings.Map(routes);
        GetFairness.Map(routes);       //    what each firm was due and received
        VerifyFairness.Map(routes);
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.Add<PlaceQuotedOrder>(Name);  // 1  a buyer accepted a quotation: it is an order
        bus.Add<AllocateOrder>(Name);  // 4  the order is split and offers go out
        bus.AddRoster<AllocationDb>(Name);  // Membership says who the firms are and what they can make
        bus.Add<KeepProducts>(Name);   //    which products there are and how they are counted
        bus.Add<ReplaceProducts>(Name);
        bus.Add<KeepCapacity>(Name);   //    and how much of it
        bus.Add<KeepCapacities>(Name);
        bus.Add<KeepProductNames>(Name);  //    Marketing says what the catalogue calls them
        bus.Add<KeepLicences>(Name);   //    and who may use the collective brand
        bus.Add<KeepBrand>(Name);      //    or all of that anew
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<AllocationDb>(Name);
        builder.Services.AddSingleton(new PriceSecret(builder.Configuration));
        builder.Services.AddHostedService<CarryOutLongRuns>();  //    long runs don't hold up others
        builder.Services.AddHostedService<ExpireOffers>();      // 6  no answer: the pieces are open again
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "Takes buyers' orders and splits them among the member firms."));
    }
}
