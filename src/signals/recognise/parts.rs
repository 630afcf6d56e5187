//! The parts of a signal that can be recognised (product kind, enterprise, region), and the facts on which that is based.

use crate::core::Text;
use crate::core::ids::EnterpriseId;
use crate::signals::source::SignalSource;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// What a match is based on.
    pub enum MatchReason {
        /// A person entered it.
        Person = "person",
        /// The source names the code of the kind.
        KindCode = "kind_code",
        /// The product is named as the catalogue names the kind.
        KindName = "kind_name",
        /// The product's name has the name of the kind in it.
        KindInName = "kind_in_name",
        /// The title names the kind.
        KindInTitle = "kind_in_title",
        /// The text names the kind.
        KindInText = "kind_in_text",
        /// The text names several kinds.
        SeveralKinds = "several_kinds",
        /// The source names the credit code.
        Code = "code",
        /// The text has the credit code in it.
        CodeInText = "code_in_text",
        /// The source names the enterprise and its region.
        NameAndRegion = "name_and_region",
        /// The source names the enterprise, and no other has the name.
        OnlyName = "only_name",
        /// The text names the enterprise.
        NameInText = "name_in_text",
        /// Several enterprises have the name.
        SeveralFirms = "several_firms",
        /// A signal of the same barcode was matched by a person.
        Barcode = "barcode",
        /// There is nothing but a brand.
        BrandAlone = "brand_alone",
        /// The region of the enterprise.
        RegionOfFirm = "region_of_firm",
        /// The source names the region.
        RegionNamed = "region_named",
        /// The text names the region.
        RegionInText = "region_in_text",
        /// Recalled abroad, and nobody of the register is named.
        NotSoldHere = "not_sold_here",
    }
}

impl MatchReason {
    /// For people: Chinese and English.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Person => ("人工确认", "matched by a person"),
            Self::KindCode => ("来源写明产品代码", "the source names the code"),
            Self::KindName => ("产品名称与目录一致", "named as in the catalogue"),
            Self::KindInName => ("产品名称含目录名称", "its name has that of the kind in it"),
            Self::KindInTitle => ("标题提到该产品", "the title names it"),
            Self::KindInText => ("正文提到该产品", "the text names it"),
            Self::SeveralKinds => ("提到多种产品，未认定", "several kinds are named, so none is taken"),
            Self::Code => ("统一社会信用代码一致", "by the credit code"),
            Self::CodeInText => ("正文有统一社会信用代码", "the text has the credit code"),
            Self::NameAndRegion => ("名称和地区一致", "by name and region"),
            Self::OnlyName => ("名称一致且唯一", "by its name, which no other has"),
            Self::NameInText => ("正文提到企业全称", "the text names it in full"),
            Self::SeveralFirms => {
                ("同名企业不止一家，未认定", "several enterprises have the name, so none is taken")
            }
            Self::Barcode => ("与人工确认过的信息条码相同", "same barcode as one that a person matched"),
            Self::BrandAlone => ("仅有商标，不据此认定企业", "a brand alone leads to no enterprise"),
            Self::RegionOfFirm => ("企业所在地", "where the enterprise is"),
            Self::RegionNamed => ("来源写明地区", "the source names it"),
            Self::RegionInText => ("正文提到地区", "the text names it"),
            Self::NotSoldHere => {
                ("境外召回，未发现在本地销售", "recalled abroad, and not known to be sold here")
            }
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// A part of a signal that can be recognised.
    pub enum MatchPart {
        /// Its kind of product.
        Kind = "kind",
        /// Its enterprise.
        Enterprise = "enterprise",
        /// Its region.
        Region = "region",
    }
}

/// A part of a signal that was recognised, or the reason why it was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecognisedPart {
    /// The part.
    #[schema(inline)]
    pub part: MatchPart,
    /// Code of the kind or the region, id of the enterprise; none where it was not recognised.
    pub value: Option<String>,
    /// From 0 to 100.
    pub confidence: i32,
    /// What the match is based on.
    #[schema(inline)]
    pub reason: MatchReason,
}

impl RecognisedPart {
    /// A part that was recognised.
    #[must_use]
    pub fn of(part: MatchPart, value: impl Into<String>, confidence: i32, reason: MatchReason) -> Self {
        Self { part, value: Some(value.into()), confidence, reason }
    }

    /// A part that was not recognised, with the reason.
    #[must_use]
    pub fn nothing(part: MatchPart, reason: MatchReason) -> Self {
        Self { part, value: None, confidence: 0, reason }
    }
}

/// What a signal says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Clues<'a> {
    /// Where it comes from.
    pub source: SignalSource,
    /// The code or name of the kind, or the product's name, as the source has it.
    pub product: Option<&'a str>,
    /// The group of products, in the source's words.
    pub category: Option<&'a str>,
    /// The title.
    pub title: &'a str,
    /// The text.
    pub text: &'a str,
    /// The name of the maker or party.
    pub maker: Option<&'a str>,
    /// The region as the source names it.
    pub place: Option<&'a str>,
    /// The brand.
    pub brand: Option<&'a str>,
}

/// What the register knows of the codes, names and the barcode of a signal.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The enterprise of the code that the source names.
    pub by_code: Option<Firm>,
    /// The enterprises of codes in the text.
    pub by_code_in_text: Vec<Firm>,
    /// The enterprises of the maker's name.
    pub by_name: Vec<Firm>,
    /// The enterprises whose whole names stand in title or text.
    pub in_text: Vec<Firm>,
    /// Kind and enterprise of a signal of the same barcode that a person matched.
    pub by_barcode: Option<(Option<String>, Option<EnterpriseId>)>,
}

/// An enterprise of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// Its id.
    pub id: EnterpriseId,
    /// Code of its region.
    pub region: String,
}

impl Known {
    /// An enterprise among those that are known.
    pub(super) fn firm(&self, id: EnterpriseId) -> Option<&Firm> {
        let all = self.by_code.iter().chain(&self.by_code_in_text).chain(&self.by_name).chain(&self.in_text);
        all.into_iter().find(|firm| firm.id == id)
    }
}
