using ExportConsortia.TradeFairs.Calendar;
using ExportConsortia.TradeFairs.Charges;
using ExportConsortia.TradeFairs.Checklist;
using ExportConsortia.TradeFairs.Costs;
using ExportConsortia.TradeFairs.Exhibits;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Leads;
using ExportConsortia.TradeFairs.Meetings;
using ExportConsortia.TradeFairs.Participation;
using ExportConsortia.TradeFairs.Reports;
using ExportConsortia.TradeFairs.Staff;
using ExportConsortia.TradeFairs.Stand;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.TradeFairs;

/// <summary>Fairs that firms go to together: from the first call for interest over the joint stand to the last cent of its costs.</summary>
public sealed class TradeFairsModule : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "tradefairs";

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        // fairs and the joint stand
        KeepFairs.Map(routes);             //  1  the manager keeps the fairs
        KeepEditions.Map(routes);          //     and plans an edition of one, with the organiser's deadlines
        ImportDeadlines.Map(routes);       //     from the organiser's calendar too
        MoveEdition.Map(routes);           //  2  the manager calls for interest, and later says what has happened
        AnswerCall.Map(routes);            //  3  firms commit themselves until the deadline
        MakeException.Map(routes);         //     afterwards only by an exception
        AllotStand.Map(routes);            //  4  the stand is divided among them
        AskForDeposits.Map(routes);        //     and deposits are asked for
        GiveArea.Map(routes);              //     who waits moves up
        MeasureFirm.Map(routes);           //     freight is measured
        DrawPlan.Map(routes);              //  5  who stands where
        KeepPlanPicture.Map(routes);
        DeclareCoExhibitor.Map(routes);    //  6  what the organiser wants of each firm
        KeepChecklist.Map(routes);
        SubscribeToCalendar.Map(routes);   //     all dates in a firm's own calendar

        // costs, grants, withdrawals, settlement
        PlanCosts.Map(routes);             //     what the stand costs, each item with one key,
        StateWeights.Map(routes);
        KeepGrants.Map(routes);            //     and what grants pay
        KeepAid.Map(routes);
        SimulateCosts.Map(routes);         //     what would it cost if …
        ApprovePlan.Map(routes);           //     the plan is approved: shares are frozen, deposits asked for
        GetCosts.Map(routes);              //     each firm sees its own share, and why
        WithdrawFromFair.Map(routes);      //     a firm withdraws
        ProposeWithdrawal.Map(routes);     //     or, if it can't, two people agree that it does
        RecordActual.Map(routes);          //     invoices come in
        ApproveCosts.Map(routes);          //     what two people decide
        SettleCosts.Map(routes);           //     and are settled to the last cent

        // at the fair: leads, meetings, exhibits, staff
        CaptureLeads.Map(routes);   //     devices send what was captured at the stand
        GetFairLeads.Map(routes);
        ErasePerson.Map(routes);    //     a person takes the consent back
        KeepSchedule.Map(routes);   //     buyers come, whom firms wish to meet
        WishMeetings.Map(routes);
        PlanDay.Map(routes);
        ReadMeetings.Map(routes);
        KeepExhibits.Map(routes);   //     goods go out, and come back or not
        KeepStaff.Map(routes);
        ReportFair.Map(routes);     //     what it brought, and whether to go again
        PrepareMotion.Map(routes);
        Republish.Map(routes);      //     publishes again which fairs there are, for a service that has to catch up
    }

    /// <inheritdoc/>
    public void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddRoster<TradeFairsDb>(Name);  // Membership says who the firms are

        // costs, grants, withdrawals, settlement

        // at the fair: leads, meetings, exhibits, staff
        bus.Add<FollowLeads>(Name);   // Marketing says what became of leads
        bus.Add<ReplaceLeads>(Name);
    }

    /// <inheritdoc/>
    public void AddServices(IHostApplicationBuilder builder)
    {
        builder.AddServiceDb<TradeFairsDb>(Name);

        // costs, grants, withdrawals, settlement
        builder.Services.AddHostedService<AskForBalances>();   // the rest of each share, some weeks before the fair

        // at the fair: leads, meetings, exhibits, staff
        builder.Services.AddSingleton(new EndPersonalData.After(builder.Configuration));
        builder.Services.AddHostedService<EndPersonalData>();   // nobody needs these people for ever

        builder.Services.AddOpenApi(Name, OpenApi.Of(Name, "Trade fairs: calls, the joint stand, shared costs, and what happens at the fair."));
    }
}
