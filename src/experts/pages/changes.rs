//! Changes of specialties in words.

use crate::catalogue::Catalogue;
use crate::experts::pages::profile::specialty_words;
use crate::experts::specialty_change::{SpecialtyChangeKind, SpecialtyChangeState};
use crate::experts::specialty_queries::SpecialtyChangeView;
use crate::web::frame::Frame;

/// A change in words.
pub struct ChangeLine {
    /// The change.
    pub c: SpecialtyChangeView,
    /// The specialty.
    pub specialty: String,
    /// Whether a specialty is added or removed.
    pub change: &'static str,
    /// Its state.
    pub state: &'static str,
}

impl ChangeLine {
    /// Whether it waits for a decision.
    pub fn waits(&self) -> bool {
        self.c.state == SpecialtyChangeState::Proposed
    }
}

/// Changes in words.
pub fn lines(f: &Frame, catalogue: &Catalogue, changes: Vec<SpecialtyChangeView>) -> Vec<ChangeLine> {
    let line = |c: SpecialtyChangeView| ChangeLine {
        specialty: specialty_words(f, catalogue, &c.specialty()),
        change: match c.change {
            SpecialtyChangeKind::Add => f.t("增加或调整", "add or change"),
            SpecialtyChangeKind::Remove => f.t("移除", "remove"),
        },
        state: match c.state {
            SpecialtyChangeState::Proposed => f.t("待审核", "proposed"),
            SpecialtyChangeState::Approved => f.t("已通过", "approved"),
            SpecialtyChangeState::Rejected => f.t("未通过", "rejected"),
            SpecialtyChangeState::Withdrawn => f.t("已撤回", "withdrawn"),
            SpecialtyChangeState::Done => f.t("已移除", "removed"),
        },
        c,
    };
    changes.into_iter().map(line).collect()
}
