using ExportConsortia.Platform;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Parts;

/// <summary>What the pages say of the terms of an offer, an open call or a price invitation.</summary>
internal static class TermsText
{
    extension(OfferTerms terms)
    {
        /// <summary>
        /// What is to be made: in the catalogue's words if it has any, in the reader's language if it can, else as the buyer calls it.
        /// </summary>
        public string What => terms.ProductNames is not { } names ? terms.Description ?? terms.Product
            : names.TryGetValue(Language.Current.Code, out var name) ? name
            : terms.ProductName ?? terms.Description ?? terms.Product;

        /// <summary>The unit that quantities count; in lines from before there were units, a piece of the buyer's.</summary>
        public string CountedIn => terms.PiecesPerUnit > 1 ? UnitCode.Piece : terms.Unit;

        /// <summary>The smallest part that a firm can take, in whole lots.</summary>
        public long Least => Lots.Up(terms.MinLot, terms.LotSize);

        /// <summary>True if the buyer or the manager wrote more than fits on the card.</summary>
        public bool SaysMore => (terms.ItemDescription is { } text && text != terms.What) || terms.Note is not null
            || terms.Properties is { Count: > 0 } || terms.Instructions is { Count: > 0 } || terms.Buyer is not null;
    }

    extension(PriceInvitationView asked)
    {
        /// <summary>The firm's own price, or null if it handed in none.</summary>
        public UnitPrice? Own => asked.UnitPriceMinor is { } minor ? new(minor, asked.PerQuantity ?? 1) : null;
    }
}
