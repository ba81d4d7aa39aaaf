//! Elements of requests by the element they stand in: names that the Trading API does not have are ignored by eBay, or the
//! request is refused for them.
//!
//! Source: WSDL 1487 of October 2026, read 2026-11-25. Only what listings are made of is looked into.

use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;
use feedwright_marketplace::xml;

/// Elements that every request may have.
const EVERYWHERE: &[&str] = &[
    "BotBlock",
    "DetailLevel",
    "EndUserIP",
    "ErrorHandling",
    "ErrorLanguage",
    "InvocationID",
    "MessageID",
    "OutputSelector",
    "Version",
    "WarningLevel",
];

/// What else stands in an element.
const INSIDE: &[(&str, &[&str])] = &[
    ("AddFixedPriceItemRequest", &["Item"]),
    ("VerifyAddFixedPriceItemRequest", &["Item"]),
    ("ReviseFixedPriceItemRequest", &["DeletedField", "Item"]),
    ("ReviseInventoryStatusRequest", &["InventoryStatus"]),
    ("EndFixedPriceItemRequest", &["EndingReason", "ItemID", "SKU"]),
    (
        "Item",
        &[
            "ApplicationData",
            "ApplyBuyerProtection",
            "AutoPay",
            "AvailableForPickupDropOff",
            "BestOfferDetails",
            "BiddingDetails",
            "BusinessSellerDetails",
            "BuyItNowPrice",
            "BuyerGuaranteePrice",
            "BuyerProtection",
            "BuyerRequirementDetails",
            "BuyerResponsibleForShipping",
            "CategoryMappingAllowed",
            "CeilingPrice",
            "Charity",
            "ClassifiedAdPayPerLeadFee",
            "ConditionDefinition",
            "ConditionDescription",
            "ConditionDescriptors",
            "ConditionDisplayName",
            "ConditionID",
            "Country",
            "CrossBorderTrade",
            "Currency",
            "CustomPolicies",
            "Description",
            "DescriptionReviseMode",
            "DigitalGoodInfo",
            "DisableBuyerRequirements",
            "DiscountPriceInfo",
            "DispatchTimeMax",
            "EligibleForPickupDropOff",
            "ExtendedProducerResponsibility",
            "ExtendedSellerContactDetails",
            "FloorPrice",
            "FreeAddedCategory",
            "GetItFast",
            "HideFromSearch",
            "HitCount",
            "IgnoreQuantity",
            "IntegratedMerchantCreditCardEnabled",
            "InventoryTrackingMethod",
            "IsIntermediatedShippingEligible",
            "IsItemEMSEligible",
            "IsSecureDescription",
            "ItemCompatibilityCount",
            "ItemCompatibilityList",
            "ItemID",
            "ItemPolicyViolation",
            "ItemSpecifics",
            "LeadCount",
            "ListingDetails",
            "ListingDuration",
            "ListingEnhancement",
            "ListingSubtype2",
            "ListingType",
            "Location",
            "LocationDefaulted",
            "LotSize",
            "MappingReferenceId",
            "MechanicalCheckAccepted",
            "NewLeadCount",
            "PayPalEmailAddress",
            "PaymentAllowedSite",
            "PaymentDetails",
            "PaymentMethods",
            "PickupInStoreDetails",
            "PictureDetails",
            "PostalCode",
            "PrimaryCategory",
            "PrivateListing",
            "PrivateNotes",
            "ProductListingDetails",
            "ProxyItem",
            "Quantity",
            "QuantityAvailable",
            "QuantityAvailableHint",
            "QuantityRestrictionPerBuyer",
            "QuantityThreshold",
            "QuestionCount",
            "ReasonHideFromSearch",
            "Regulatory",
            "RelistLink",
            "RelistParentID",
            "Relisted",
            "ReservePrice",
            "ReturnPolicy",
            "ReviseStatus",
            "SKU",
            "ScheduleTime",
            "SecondaryCategory",
            "Seller",
            "SellerContactDetails",
            "SellerProfiles",
            "SellerProvidedTitle",
            "SellerVacationNote",
            "SellingStatus",
            "ShipToLocations",
            "ShippingDetails",
            "ShippingPackageDetails",
            "ShippingServiceCostOverrideList",
            "Site",
            "StartPrice",
            "Storefront",
            "SubTitle",
            "TaxCategory",
            "TimeLeft",
            "Title",
            "TopRatedListing",
            "TotalQuestionCount",
            "UUID",
            "UnitInfo",
            "UseTaxTable",
            "VATDetails",
            "VIN",
            "VINLink",
            "VRM",
            "VRMLink",
            "Variations",
            "VideoDetails",
            "WatchCount",
            "eBayNotes",
            "eMailDeliveryAvailable",
        ],
    ),
    ("Variations", &["ModifyNameList", "Pictures", "Variation", "VariationSpecificsSet"]),
    (
        "Variation",
        &[
            "Delete",
            "DiscountPriceInfo",
            "PrivateNotes",
            "Quantity",
            "SKU",
            "SellingStatus",
            "StartPrice",
            "VariationExtendedProducerResponsibility",
            "VariationProductListingDetails",
            "VariationSpecifics",
            "VariationTitle",
            "VariationViewItemURL",
            "WatchCount",
        ],
    ),
    ("NameValueList", &["Name", "Source", "Value"]),
    ("ItemSpecifics", &["NameValueList"]),
    ("VariationSpecifics", &["NameValueList"]),
    ("VariationSpecificsSet", &["NameValueList"]),
    (
        "PictureDetails",
        &[
            "ExtendedPictureDetails",
            "ExternalPictureURL",
            "GalleryErrorInfo",
            "GalleryStatus",
            "GalleryType",
            "GalleryURL",
            "PictureSource",
            "PictureURL",
        ],
    ),
    ("Pictures", &["VariationSpecificName", "VariationSpecificPictureSet"]),
    (
        "VariationSpecificPictureSet",
        &["ExtendedPictureDetails", "ExternalPictureURL", "PictureURL", "VariationSpecificValue"],
    ),
    (
        "ProductListingDetails",
        &[
            "BrandMPN",
            "Copyright",
            "DetailsURL",
            "EAN",
            "ISBN",
            "IncludeStockPhotoURL",
            "IncludeeBayProductDetails",
            "NameValueList",
            "ProductDetailsURL",
            "ProductReferenceID",
            "ReturnSearchResultOnDuplicates",
            "StockPhotoURL",
            "UPC",
            "UseFirstProduct",
            "UseStockPhotoURLAsGallery",
        ],
    ),
    ("VariationProductListingDetails", &["EAN", "ISBN", "NameValueList", "ProductReferenceID", "UPC"]),
    ("BrandMPN", &["Brand", "MPN"]),
    ("SellerProfiles", &["SellerPaymentProfile", "SellerReturnProfile", "SellerShippingProfile"]),
    ("InventoryStatus", &["ItemID", "Quantity", "SKU", "StartPrice"]),
];

/// Says which elements of a request the Trading API does not have, each with the path from the request to it.
pub(super) fn unknown(name: &str, request: Ref<'_>, say: &mut impl FnMut(&str, Ref<'_>, Finding)) {
    walk(name, request, &mut String::new(), say);
}

fn walk(name: &str, node: Ref<'_>, path: &mut String, say: &mut impl FnMut(&str, Ref<'_>, Finding)) {
    let Some((_, inside)) = INSIDE.iter().find(|(known, _)| *known == name) else { return };
    let is_request = path.is_empty();
    let length = path.len();
    for (child, nodes) in node.members() {
        if child.starts_with(xml::ATTRIBUTE) || child == xml::TEXT {
            continue;
        }
        path.push('/');
        path.push_str(child);
        if inside.contains(&child) || is_request && EVERYWHERE.contains(&child) {
            super::requests::several(nodes).for_each(|one| walk(child, one, path, say));
        } else {
            let near = did_you_mean(child, inside.iter().copied());
            let message = format!("`{name}` has no element `{child}`{near}");
            let mut finding = Finding::new(&rules::UNKNOWN_ATTRIBUTE, message);
            finding.severity = Severity::Warning;
            say(path, nodes, finding.help("take it out: eBay does not read it"));
        }
        path.truncate(length);
    }
}
