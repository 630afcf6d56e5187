//! A record as its enterprise sees it: the state of its case, its deadlines, what to do next.

use std::collections::HashMap;

use diesel::PgConnection;
use serde::Deserialize;

use crate::app::App;
use crate::consultations::Status;
use crate::consultations::queries::{self as consultations, ConsultationFilter};
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::{Language, Problem};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::CaseState;
use crate::remediation::case_view::CaseView;
use crate::remediation::enterprises::NonconformityView;
use crate::remediation::ids::CaseId;
use crate::remediation::pages::charts::{Course, Ring, course, ring};
use crate::remediation::queries::{self as remediation, OpenActions};
use crate::web::frame::Frame;
use crate::web::params::largest_page;

/// Records that are looked at with their cases, at most: those that are not cleared first.
const MOST: usize = 500;

/// One record.
pub struct Matter {
    /// The record.
    pub record: NonconformityView,
    /// Its case, once there is one.
    pub case: Option<CaseView>,
    /// The time of its case.
    pub course: Option<Course>,
    /// What to do next.
    pub next: &'static str,
    /// What to do with its actions.
    pub open: OpenActions,
    /// The consultation about it that is not concluded.
    pub talk: Option<ConsultationId>,
}

/// Which records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// Everything, cleared or not.
    All,
    /// Those that are not cleared.
    Open,
    /// Those that are.
    Cleared,
}

impl Shown {
    /// Whether a record that is cleared or not is shown.
    pub fn holds(self, cleared: bool) -> bool {
        match self {
            Shown::All => true,
            Shown::Open => !cleared,
            Shown::Cleared => cleared,
        }
    }

    /// The word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Shown::All => "all",
            Shown::Open => "open",
            Shown::Cleared => "cleared",
        }
    }
}

/// Records with what belongs to them, the most urgent first.
pub fn records(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    f: &Frame,
    mut records: Vec<NonconformityView>,
) -> Result<Vec<Matter>, Problem> {
    records.sort_by_key(|record| record.cleared);
    records.truncate(MOST);
    let ids: Vec<CaseId> = records.iter().filter_map(|record| record.case).collect();
    let cases = remediation::of_ids(app, conn, actor, &ids)?;
    let mut cases: HashMap<CaseId, CaseView> = cases.into_iter().map(|case| (case.id, case)).collect();
    let mut open = remediation::open_actions(conn, &ids)?;
    let talks = talks(conn, actor)?;
    let matter = |record: NonconformityView| {
        let case = record.case.and_then(|id| cases.remove(&id));
        let ended = case.as_ref().is_none_or(|case| case.state.is_final());
        let open = record.case.and_then(|id| open.remove(&id)).filter(|_| !ended);
        Matter {
            course: case.as_ref().and_then(course),
            next: next_step(f, case.as_ref()),
            open: open.unwrap_or_default(),
            talk: talks.get(&record.id).copied(),
            case,
            record,
        }
    };
    let mut matters: Vec<Matter> = records.into_iter().map(matter).collect();
    matters.sort_by_key(Matter::urgency);
    Ok(matters)
}

/// The consultations that are not concluded, by their record.
fn talks(
    conn: &mut PgConnection,
    actor: &Actor,
) -> Result<HashMap<NonconformityId, ConsultationId>, Problem> {
    let mut found = HashMap::new();
    for status in [Status::Waiting, Status::Offered, Status::Active] {
        let filter = ConsultationFilter { status: Some(status), ..ConsultationFilter::default() };
        let open = consultations::list(conn, actor, &filter, largest_page())?.items;
        found.extend(open.into_iter().filter_map(|c| Some((c.nonconformity?, c.id))));
    }
    Ok(found)
}

impl Matter {
    /// The product's name in the reader's language.
    pub fn product(&self, f: &Frame) -> &str {
        if f.language == Language::Zh { &self.record.product_kind_zh } else { &self.record.product_kind_en }
    }

    /// What is drawn of its time.
    pub fn ring(&self) -> Option<Ring> {
        self.course.as_ref().map(ring)
    }

    /// What comes first in a list: what runs, by its days; what has no case; what is done.
    fn urgency(&self) -> (u8, i64) {
        let ended = self.case.as_ref().is_some_and(|case| case.state.is_final());
        match self.course.as_ref().and_then(|c| c.due.filter(|_| c.tone != "done")) {
            _ if self.record.cleared || ended => (3, 0),
            Some((_, left)) => (0, left),
            None if self.case.is_some() => (1, 0),
            None => (2, 0),
        }
    }
}

fn next_step(f: &Frame, case: Option<&CaseView>) -> &'static str {
    let Some(case) = case else {
        return f.t(
            "尚未责令改正。可先向专家问诊，了解原因。",
            "No rectification is ordered yet. You can already ask an expert for the cause.",
        );
    };
    match case.state {
        CaseState::Ordered => f.t(
            "停止生产、销售该产品；向专家问诊，制定整改措施，开始整改。",
            "Stop making and selling the product; ask an expert, plan the correction and begin.",
        ),
        CaseState::Correcting => {
            f.t("落实整改措施，在案件中登记证据并提交。", "Carry out the actions, enter the evidence on the case and hand it in.")
        }
        CaseState::EvidenceSubmitted => {
            f.t("等待监管部门复查。", "Wait for the regulator's re-inspection.")
        }
        CaseState::ReinspectionPassed => {
            f.t("复查合格，等待准予清零。", "The re-inspection was passed; clearance follows.")
        }
        CaseState::Failed => f.t(
            "复查不合格：继续停止生产、销售，尽快与监管部门和专家联系。",
            "The re-inspection failed: keep production and sale stopped, and contact the regulator and an expert.",
        ),
        CaseState::Cleared => f.t("已清零，无需操作。", "Cleared; nothing is left to do."),
        CaseState::Stopped => f.t(
            "立即停止生产、销售该产品；对结论有异议的，可在法定期限内申请复检。",
            "Stop making and selling the product; if you doubt the result, ask for a re-test within the term.",
        ),
        CaseState::Retesting | CaseState::RetestingOrder => {
            f.t("等待复检结论。", "Wait for the re-test's outcome.")
        }
        CaseState::ReportedToCity | CaseState::ReportedToProvince | CaseState::Announced => f.t(
            "继续停止生产、销售，完成整改并补充证据，等待再次复查。",
            "Keep production and sale stopped, finish the correction, add evidence, and wait for the second re-inspection.",
        ),
        CaseState::FailedAgain | CaseState::Suspended | CaseState::CheckFailed => f.t(
            "停业整顿；期满检查仍不合格的，将吊销营业执照。",
            "The business is to be suspended; if the check after the term fails too, the licence is revoked.",
        ),
        CaseState::Overturned => f.t("复检合格，原结论已撤销。", "The re-test overturned the result."),
        CaseState::Withdrawn => f.t("该记录已撤回，无需操作。", "The record was withdrawn; nothing is left to do."),
        CaseState::LicenceRevoked | CaseState::Closed => f.t("案件已结束，未清零。", "The case has ended without clearance."),
    }
}
