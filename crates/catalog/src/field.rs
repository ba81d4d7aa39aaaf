//! The vocabulary: every field a catalog can fill and a template can read, with its type and meaning.

use std::fmt;
use std::sync::Arc;

/// The type of a field's value; also how a cell of text is read into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain text.
    Text,
    /// Text that may hold HTML.
    Html,
    /// An http or https address.
    Url,
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer,
    /// A decimal number without a unit.
    Decimal,
    /// A number with a unit.
    Measure,
    /// An amount with a currency.
    Money,
    /// A calendar date.
    Date,
    /// A point in time.
    Instant,
    /// An ISO 3166 country.
    Country,
    /// Several texts.
    List,
}

/// Where a field lives in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// In the open map of a product or variant: inherited and scoped.
    Content,
    /// Keys and identifiers.
    Identity,
    /// The offer: prices and their windows.
    Offer,
    /// Stock and fulfilment.
    Stock,
    /// Images.
    Media,
    /// The variant's place in its family.
    Family,
}

/// One entry of the vocabulary.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// The name in catalogs, templates and configuration.
    pub code: &'static str,
    /// The type.
    pub kind: Kind,
    /// The home.
    pub group: Group,
    /// What it means, in one sentence.
    pub docs: &'static str,
}

macro_rules! vocabulary {
    ($($name:ident $code:literal $kind:ident $group:ident $docs:literal)*) => {
        /// A field of the vocabulary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Known {
            $(#[doc = $docs] $name,)*
        }

        /// All fields of the vocabulary, in the order they are shown to people.
        pub static VOCABULARY: &[FieldDef] = &[
            $(FieldDef { code: $code, kind: Kind::$kind, group: Group::$group, docs: $docs },)*
        ];

        const KNOWN: &[Known] = &[$(Known::$name,)*];
    };
}

vocabulary! {
    Sku "sku" Text Identity "The seller's own number of the sellable thing."
    Gtin "gtin" Text Identity "The barcode number (UPC, EAN, GTIN-14) when it is a valid one."
    GtinKind "gtin_kind" Text Identity "`gtin8`, `gtin12`, `gtin13` or `gtin14`: how the number was given."
    Asin "asin" Text Identity "The number of an existing entry in a marketplace's own catalog: an ASIN, ten letters and digits."
    Mpn "mpn" Text Content "The manufacturer's part number."
    GtinExempt "gtin_exempt" Bool Content "The seller holds an exemption from giving a barcode number."
    ParentSku "parent_sku" Text Family "The SKU of the family's parent record."
    Parentage "parentage" Text Family "`parent` or `child`; absent for a product without variants."
    Axes "axes" List Family "What the variants of the family differ by, in order: `color`, `size` …"
    FamilyKey "family_key" Text Family "The key all variants of a family share; absent for a product without a choice."
    LeadsFamily "leads_family" Bool Family "Whether the variant stands for its family, where a marketplace wants one to."
    VariantSkus "variant_skus" List Family "The SKUs of the variants a parent record speaks for."
    Category "category" Text Family "The catalog's own category path, most general first, joined by ` > `."

    Title "title" Text Content "The product's name as shown to buyers."
    TitleAddition "title_addition" Text Content "A second line of the title: what sets the product apart."
    Description "description" Html Content "The long description; may hold HTML."
    BulletPoints "bullet_points" List Content "Short selling points, most important first."
    Keywords "keywords" Text Content "Search words buyers may use that stand in no other field."
    Brand "brand" Text Content "The brand, as registered."
    Manufacturer "manufacturer" Text Content "Who made it."
    ModelName "model_name" Text Content "The model's name."
    ModelNumber "model_number" Text Content "The model's number."
    ReleaseDate "release_date" Date Content "The day it may first be sold."
    Link "link" Url Content "The product's page in the seller's own shop."
    Tags "tags" List Content "The shop's own labels; for people and for rules, not for buyers."

    Color "color" Text Content "The colour as shown to buyers."
    Size "size" Text Content "The size as shown to buyers."
    SizeSystem "size_system" Text Content "The country whose sizes are meant, such as `US` or `EU`."
    SizeClass "size_class" Text Content "How sizes are written: `alpha`, `numeric`, `age` …"
    SizeType "size_type" Text Content "`regular`, `petite`, `plus`, `tall`, `big`, `maternity`."
    Gender "gender" Text Content "`male`, `female` or `unisex`."
    AgeGroup "age_group" Text Content "`newborn`, `infant`, `toddler`, `kids` or `adult`."
    Department "department" Text Content "The shop department, such as `womens` or `boys`."
    Material "material" Text Content "What it is mainly made of."
    OuterMaterial "outer_material" Text Content "What the outside is made of."
    SoleMaterial "sole_material" Text Content "What the sole is made of."
    Fabric "fabric" Text Content "The fibre composition, such as `60% Cotton, 40% Polyester`."
    Pattern "pattern" Text Content "The pattern, such as `striped`."
    Style "style" Text Content "The style, such as `modern`."
    Finish "finish" Text Content "The finish of the surface, such as `brushed`."
    Shape "shape" Text Content "The shape, such as `round`."
    Flavor "flavor" Text Content "The flavour."
    Scent "scent" Text Content "The scent."
    Theme "theme" Text Content "The theme, such as `nautical`."
    ClosureType "closure_type" Text Content "How it is closed, such as `zipper`."
    SleeveType "sleeve_type" Text Content "The sleeve, such as `long_sleeve`."
    NeckStyle "neck_style" Text Content "The neck, such as `crew`."
    FitType "fit_type" Text Content "How it fits, such as `slim`."
    HeelType "heel_type" Text Content "The heel, such as `flat`."
    HeelHeight "heel_height" Measure Content "The height of the heel."
    ToeStyle "toe_style" Text Content "The toe, such as `round_toe`."
    ShaftHeight "shaft_height" Measure Content "The height of a boot's shaft."
    WaterResistance "water_resistance" Text Content "`not_water_resistant`, `water_resistant` or `waterproof`."
    CareInstructions "care_instructions" Text Content "How to care for it."
    SpecialFeatures "special_features" List Content "What it can do that others cannot."
    IncludedComponents "included_components" List Content "What is in the box."
    Connectivity "connectivity" List Content "How it connects, such as `bluetooth` or `wired`."
    NoiseControl "noise_control" Text Content "How noise is reduced, such as `active_noise_cancellation`."
    EarPlacement "ear_placement" Text Content "`over_ear`, `on_ear`, `in_ear` or `open_ear`."
    Impedance "impedance" Decimal Content "Electrical impedance in ohms."
    CompatibleDevices "compatible_devices" List Content "What it works with."
    Voltage "voltage" Measure Content "Nominal voltage."
    Wattage "wattage" Measure Content "Rated power."
    Capacity "capacity" Measure Content "What it holds: a volume, a mass or a data size."
    NumberOfCompartments "number_of_compartments" Integer Content "How many compartments it has."
    NumberOfWheels "number_of_wheels" Integer Content "How many wheels it has."
    ShellType "shell_type" Text Content "`hard` or `soft`, of luggage."
    Lining "lining" Text Content "What the inside is lined with."
    Warranty "warranty" Text Content "The warranty in words."
    Certifications "certifications" List Content "Certificates it holds."

    ItemLength "item_length" Measure Content "Length of the thing itself, without its package."
    ItemWidth "item_width" Measure Content "Width of the thing itself, without its package."
    ItemHeight "item_height" Measure Content "Height of the thing itself, without its package."
    ItemWeight "item_weight" Measure Content "Weight of the thing itself, without its package."
    PackageLength "package_length" Measure Content "Length of the package it ships in."
    PackageWidth "package_width" Measure Content "Width of the package it ships in."
    PackageHeight "package_height" Measure Content "Height of the package it ships in."
    PackageWeight "package_weight" Measure Content "Weight of the package it ships in, contents included."
    NetContent "net_content" Measure Content "What is in it, for prices per unit."
    UnitCount "unit_count" Decimal Content "How many units the buyer gets, for prices per unit."
    UnitCountType "unit_count_type" Text Content "What `unit_count` counts, such as `Count` or `Fl Oz`."
    NumberOfItems "number_of_items" Integer Content "How many separately labelled items are in the package."
    NumberOfPieces "number_of_pieces" Integer Content "How many pieces it consists of."
    PackageQuantity "package_quantity" Integer Content "How many of the same thing are sold as one."
    NumberOfBoxes "number_of_boxes" Integer Content "In how many boxes it ships."

    CountryOfOrigin "country_of_origin" Country Content "Where it was made."
    HsCode "hs_code" Text Content "The customs tariff number."
    TaxCode "tax_code" Text Content "The tax code the marketplace should use."
    Condition "condition" Text Content "`new`, `refurbished` or a grade of `used`."
    ConditionNote "condition_note" Text Content "What a buyer should know about a used thing."
    ShippingGroup "shipping_group" Text Content "The shipping template that applies."
    BatteriesRequired "batteries_required" Bool Content "It needs batteries, or is one."
    BatteriesIncluded "batteries_included" Bool Content "Batteries come with it."
    BatteryCell "battery_cell" Text Content "The battery chemistry, such as `lithium_ion`."
    BatteryCount "battery_count" Integer Content "How many batteries it takes."
    BatterySize "battery_size" Text Content "The battery's size, such as `aa` or `nonstandard_battery`."
    BatteryWeight "battery_weight" Measure Content "The weight of all its batteries."
    BatteryEnergy "battery_energy" Measure Content "The energy in its lithium batteries."
    BatteryPacking "battery_packing" Text Content "`batteries_contained_in_equipment`, `batteries_packed_with_equipment` or `batteries_only`."
    LithiumIonCells "lithium_ion_cells" Integer Content "How many lithium-ion cells it holds."
    LithiumMetalCells "lithium_metal_cells" Integer Content "How many lithium-metal cells it holds."
    DangerousGoods "dangerous_goods" List Content "Dangerous-goods regulations that apply; `not_applicable` when none do."
    UnNumber "un_number" Text Content "The United Nations number of a dangerous good."
    HazardClasses "hazard_classes" List Content "GHS hazard classes."
    SafetyDataSheet "safety_data_sheet" Url Content "Where the safety data sheet is."
    ComplianceCertificate "compliance_certificate" Text Content "The certificate the category asks for, such as `Not Applicable`."
    AgeWarning "age_warning" Text Content "The choking-hazard or age warning that must be shown."

    Price "price" Money Offer "What the buyer pays today without a sale."
    ListPrice "list_price" Money Offer "The manufacturer's suggested retail price."
    CompareAtPrice "compare_at_price" Money Offer "The shop's own strike-through price; not a manufacturer's list price."
    SalePrice "sale_price" Money Offer "The price while the sale lasts."
    SaleStart "sale_start" Instant Offer "When the sale begins."
    SaleEnd "sale_end" Instant Offer "When the sale ends."
    MapPrice "map_price" Money Offer "The lowest price the manufacturer lets the seller advertise."
    FloorPrice "floor_price" Money Offer "The lowest price a repricer may set."
    CeilingPrice "ceiling_price" Money Offer "The highest price a repricer may set."
    MaxOrderQuantity "max_order_quantity" Integer Content "The most one buyer may order at once."

    Quantity "quantity" Integer Stock "How many can be sold now, after the buffer; absent is unknown, never zero."
    AlwaysAvailable "always_available" Bool Stock "Stock is not counted: it can always be sold."
    LeadTimeDays "lead_time_days" Integer Stock "Days between an order and its shipping."
    RestockDate "restock_date" Date Stock "When more comes in."

    Image "image" Url Media "The main image."
    AdditionalImages "additional_images" List Media "The other images, in order."
    SwatchImage "swatch_image" Url Media "The small image of a colour or pattern."
}

impl Known {
    /// The vocabulary entry.
    pub fn def(self) -> &'static FieldDef {
        // The table and the enum are written by one macro, so the index is always there.
        &VOCABULARY[self as usize]
    }

    /// All of them, in the order they are shown.
    pub fn all() -> &'static [Self] {
        KNOWN
    }
}

/// A field: one of the vocabulary, or one the seller added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Of the vocabulary.
    Known(Known),
    /// The seller's own, written `custom.<name>`; the name is kept without the prefix.
    Custom(Arc<str>),
}

/// No field has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// What was written.
    pub found: String,
}

impl fmt::Display for UnknownField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "there is no field `{}`; a field of your own is written `custom.{}`", self.found, self.found)
    }
}

impl Field {
    /// Reads a field's name: a code of the vocabulary, or `custom.<name>`.
    pub fn parse(text: &str) -> Result<Self, UnknownField> {
        if let Some(name) = text.strip_prefix("custom.")
            && !name.is_empty()
        {
            return Ok(Self::Custom(Arc::from(name)));
        }
        KNOWN
            .iter()
            .copied()
            .find(|known| known.def().code == text)
            .map(Self::Known)
            .ok_or_else(|| UnknownField { found: text.to_owned() })
    }

    /// How a value of this field is read. The seller's own fields are text unless the source says more.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Known(known) => known.def().kind,
            Self::Custom(_) => Kind::Text,
        }
    }

    /// Where it lives.
    pub fn group(&self) -> Group {
        match self {
            Self::Known(known) => known.def().group,
            Self::Custom(_) => Group::Content,
        }
    }
}

impl From<Known> for Field {
    fn from(known: Known) -> Self {
        Self::Known(known)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(known) => out.write_str(known.def().code),
            Self::Custom(name) => write!(out, "custom.{name}"),
        }
    }
}

impl serde::Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_to_its_field() {
        for known in Known::all() {
            assert_eq!(Field::parse(known.def().code), Ok(Field::Known(*known)));
            assert!(known.def().docs.ends_with(['.', '…']) || known.def().docs.ends_with('`'), "{known:?}");
        }
        assert_eq!(Field::parse("custom.fabric.weave"), Ok(Field::Custom(Arc::from("fabric.weave"))));
        assert!(Field::parse("colour").is_err());
        assert!(Field::parse("custom.").is_err());
    }
}
