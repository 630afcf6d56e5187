//! Kinds of files with signals.

use crate::core::Text;

crate::word_enum! {
    /// A kind of file with signals.
    pub enum Feed {
        /// The weekly report of the EU's Safety Gate, XML.
        SafetyGate = "safety_gate",
        /// Recalls of the US CPSC, JSON.
        Cpsc = "cpsc",
        /// Recalls of this country, a table.
        DomesticRecalls = "domestic_recalls",
        /// Penalties that authorities publish, a table.
        Penalties = "penalties",
        /// Complaints as counts by kind, region, matter and month, a table.
        Complaints = "complaints_12315",
    }
}

impl Feed {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::SafetyGate => ("欧盟 Safety Gate 周报（XML）", "EU Safety Gate weekly report (XML)"),
            Self::Cpsc => ("美国 CPSC 召回（JSON）", "US CPSC recalls (JSON)"),
            Self::DomesticRecalls => ("国内召回（表格）", "domestic recalls (table)"),
            Self::Penalties => ("行政处罚（表格）", "penalties (table)"),
            Self::Complaints => ("12315 投诉统计（表格）", "digest of complaints (table)"),
        };
        Text::new(zh, en)
    }

    /// Whether its files are tables as they stand.
    #[must_use]
    pub fn is_table(self) -> bool {
        matches!(self, Self::DomesticRecalls | Self::Penalties | Self::Complaints)
    }
}
