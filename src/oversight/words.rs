//! The words of the domain: kinds, recipients, responsibilities, what a thing rests on. The tables have the same words in CHECKs.

use crate::core::Text;

crate::word_enum! {
    /// By what an authority moves somebody.
    pub enum OversightKind {
        /// A letter on a risk of product quality (产品质量风险提醒函).
        Letter = "letter",
        /// An interview (约谈).
        Interview = "interview",
        /// A listing that everybody reads until it is settled (挂牌督办).
        Listing = "listing",
    }
}

crate::word_enum! {
    /// A kind of problem that a letter, an interview or a listing is about.
    pub enum OversightSubject {
        /// A problem of a region.
        Regional = "regional",
        /// A problem of an industry.
        Industry = "industry",
        /// A great hidden danger.
        KeyHazard = "key_hazard",
        /// A grave violation.
        MajorViolation = "major_violation",
    }
}

crate::word_enum! {
    /// To whom it goes.
    pub enum RecipientKind {
        /// The authority of a region under the issuing one.
        Authority = "authority",
        /// The government of such a region.
        Government = "government",
        /// An enterprise within the issuing authority's region.
        Enterprise = "enterprise",
        /// A laboratory within it.
        Laboratory = "laboratory",
    }
}

crate::word_enum! {
    /// What somebody answers for.
    pub enum ResponsibilityKind {
        /// Leadership (领导责任).
        Leadership = "leadership",
        /// The place (属地责任).
        Territorial = "territorial",
        /// Supervision (监管责任).
        Supervisory = "supervisory",
        /// The enterprise's own (企业主体责任).
        Enterprise = "enterprise",
    }
}

crate::word_enum! {
    /// How far a responsibility has come.
    pub enum ResponsibilityState {
        /// Its task is not done.
        Open = "open",
        /// Its task is done, with evidence.
        Done = "done",
    }
}

crate::word_enum! {
    /// What a letter, an interview or a listing rests on.
    pub enum BasisKind {
        /// A quality alert.
        Alert = "alert",
        /// An inspection.
        Inspection = "inspection",
        /// A remediation case.
        Case = "case",
        /// A piece of information on a risk.
        Signal = "signal",
        /// A hazard of a campaign.
        Hazard = "hazard",
        /// An earlier letter, interview or listing.
        Oversight = "oversight",
    }
}

impl OversightKind {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Letter => Text::new("产品质量风险提醒函", "letter on a risk"),
            Self::Interview => Text::new("约谈", "interview"),
            Self::Listing => Text::new("挂牌督办", "listing"),
        }
    }
}

impl OversightSubject {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Regional => Text::new("区域性质量问题", "problem of a region"),
            Self::Industry => Text::new("行业性质量问题", "problem of an industry"),
            Self::KeyHazard => Text::new("重大质量安全隐患", "great hidden danger"),
            Self::MajorViolation => Text::new("重大违法行为", "grave violation"),
        }
    }
}

impl RecipientKind {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Authority => Text::new("下级市场监管部门", "authority of a region below"),
            Self::Government => Text::new("下级人民政府", "government of a region below"),
            Self::Enterprise => Text::new("企业", "enterprise"),
            Self::Laboratory => Text::new("检验机构", "laboratory"),
        }
    }

    /// Whether the officers of the region that is addressed answer.
    pub fn is_regional(self) -> bool {
        matches!(self, Self::Authority | Self::Government)
    }
}

impl ResponsibilityKind {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Leadership => Text::new("领导责任", "leadership"),
            Self::Territorial => Text::new("属地责任", "territorial"),
            Self::Supervisory => Text::new("监管责任", "supervisory"),
            Self::Enterprise => Text::new("企业主体责任", "enterprise"),
        }
    }
}

impl ResponsibilityState {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("未完成", "open"),
            Self::Done => Text::new("已完成", "done"),
        }
    }
}

impl BasisKind {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Alert => Text::new("质量预警", "quality alert"),
            Self::Inspection => Text::new("监督检查", "inspection"),
            Self::Case => Text::new("整改案件", "remediation case"),
            Self::Signal => Text::new("风险信息", "signal of a risk"),
            Self::Hazard => Text::new("隐患", "hazard"),
            Self::Oversight => Text::new("此前的提醒、约谈或者督办", "earlier letter, interview or listing"),
        }
    }

    /// Where a thing of this kind is looked at.
    pub fn page(self) -> &'static str {
        match self {
            Self::Alert => "/alerts/",
            Self::Inspection => "/inspections/",
            Self::Case => "/cases/",
            Self::Signal => "/signals/",
            Self::Hazard => "/hazards/",
            Self::Oversight => "/oversight/",
        }
    }
}
