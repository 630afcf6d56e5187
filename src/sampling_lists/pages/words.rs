//! The words of sampling lists for people.

use crate::list_files::imports::{ImportState, Outcome};
use crate::sampling_lists::proposal_state::{Likeness, NamedAs, ProposalState};
use crate::web::frame::Frame;

/// The state of a list.
pub fn list_state_word(f: &Frame, state: ImportState) -> &'static str {
    crate::zero_out::pages::imports::state_word(f, state)
}

/// The state of a proposal.
pub fn proposal_word(f: &Frame, state: ProposalState) -> &'static str {
    match state {
        ProposalState::Open => f.t("待处理", "to be decided"),
        ProposalState::Accepted => f.t("已采纳", "accepted"),
        ProposalState::Other => f.t("已指定其他企业", "another enterprise"),
        ProposalState::Refused => f.t("不是名录中的企业", "none of the register"),
        ProposalState::Void => f.t("已失效", "void"),
    }
}

/// Why an enterprise is proposed.
pub fn likeness_word(f: &Frame, likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::SameNameAndRegion => f.t("名称和地区相同", "same name and region"),
        Likeness::SameName => f.t("名称相同，地区不同或不明", "same name, region differs or is not known"),
        Likeness::Alike => f.t("同一地区，名称相近", "alike name in the same region"),
    }
}

/// As what a list names an enterprise.
pub fn party_word(f: &Frame, party: NamedAs) -> &'static str {
    match party {
        NamedAs::Operator => f.t("被抽样单位", "operator"),
        NamedAs::Producer => f.t("标称生产企业", "nominal producer"),
    }
}

/// What became of a row.
pub fn outcome_word(f: &Frame, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Inserted => f.t("新增", "new"),
        Outcome::Updated => f.t("更新", "changed"),
        Outcome::Unchanged => f.t("未变", "same"),
    }
}
