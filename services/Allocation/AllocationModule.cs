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

/// <summary>Splits a buyer's order among the member firms and follows each offer until it is answered.</summary>
public sealed class AllocationModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "allocation";

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        PlaceOrder.Map(routes);        // 1  a buyer's order comes in, as JSON
        ImportOrder.Map(routes);       //    or as a UBL file
        MatchLine.Map(routes);         //    an item nobody knows is matched by hand
        ScreenOrder.Map(routes);       // 2  two people look at the buyer
        SimulateOrder.Map(routes);     //    what would come of it, if things were otherwise
        AcceptOrder.Map(routes);       // 3  the manager takes it on
        StartRun.Map(routes);          //    or begins a run later, over one order or several together
        SetPartsByHand.Map(routes);    //    or sets the parts of a line by hand, which a second person approves
        AskForPrices.Map(routes);
        HandInPrice.Map(routes);       //    a member says what it asks, where the cheapest get the line
        AnswerOffer.Map(routes);       // 5  a member takes its part or leaves it
        RelieveShortage.Map(routes);   // 7  what nobody took: the shortage procedure
        CallForPieces.Map(routes);
        CancelOrder.Map(routes);
        GetOrder.Map(routes);          // 8  the answer to the buyer, and all that is to be read
        GetOffers.Map(routes);
        GetCapacity.Map(routes);
        RateMember.Map(routes);        //    how firms did, for the policy by score
        GetRatings.Map(routes);
        GetFairness.Map(routes);       //    who was due how much, and received how much
        VerifyFairness.Map(routes);
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.Add<AllocateOrder>(Name);  // 4  the order is split and offers go out
        bus.Add<KeepMembers>(Name);    //    membership says who the firms are and what they can make
        bus.Add<KeepCapacity>(Name);   //    and how much of it
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<AllocationDb>(Name);
        builder.Services.AddSingleton(new PriceSecret(builder.Configuration));
        builder.Services.AddHostedService<CarryOutLongRuns>();  //    a run that takes long doesn't keep others waiting
        builder.Services.AddHostedService<ExpireOffers>();      // 6  silence: the quantity goes back
        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "Takes in buyers' orders and splits them among the member firms."));
    }
}
