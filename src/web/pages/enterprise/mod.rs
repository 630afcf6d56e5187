//! The enterprise's console: its records with what to do next, its consultations, its file.

use askama::Template;
use diesel::PgConnection;

use super::chart::{Course, course};
use super::frame::Frame;
use super::{PageRow, wide};
use crate::app::App;
use crate::consultations::Status;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::actor::Actor;
use crate::core::ids::{ConsultationId, EnterpriseId};
use crate::core::{Language, Problem};
use crate::enterprises::queries::{self as enterprises, EnterpriseView, NonconformityView};
use crate::remediation::CaseState;
use crate::remediation::queries::{self as remediation, CaseFilter, CaseView};

/// The pages of this console besides the first one.
pub(super) const PAGES: &[PageRow] = &[];

/// One nonconformity as its enterprise sees it.
struct Matter {
    record: NonconformityView,
    case: Option<CaseView>,
    course: Option<Course>,
    /// What to do next.
    next: &'static str,
    /// The consultation about it that is not concluded.
    talk: Option<ConsultationId>,
}

/// The first page.
#[derive(Template)]
#[template(path = "web/enterprise.html")]
pub(super) struct EnterpriseDesk {
    f: Frame,
    enterprise: EnterpriseView,
    matters: Vec<Matter>,
    cleared: usize,
    consultations: Vec<ConsultationView>,
}

/// The first page: what there is to do.
pub(super) fn desk(
    app: &App,
    f: Frame,
    conn: &mut PgConnection,
    actor: &Actor,
    id: EnterpriseId,
) -> Result<EnterpriseDesk, Problem> {
    let detail = enterprises::get(conn, actor, id)?;
    let filter = CaseFilter { enterprise: Some(id), ..CaseFilter::default() };
    let mut cases = remediation::list(app, conn, actor, &filter, wide())?.items;
    let consultations = consultations::list(conn, actor, &ConsultationFilter::default(), wide())?.items;
    let matters: Vec<Matter> = detail
        .nonconformities
        .into_iter()
        .map(|record| {
            let place = cases.iter().position(|c| c.nonconformity_id == record.id);
            let case = place.map(|at| cases.swap_remove(at));
            let next = next_step(&f, case.as_ref());
            let open =
                |c: &&ConsultationView| c.nonconformity == Some(record.id) && c.status != Status::Concluded;
            let talk = consultations.iter().find(open).map(|c| c.id);
            Matter { course: case.as_ref().and_then(course), case, record, next, talk }
        })
        .collect();
    let cleared = matters.iter().filter(|m| m.record.cleared).count();
    Ok(EnterpriseDesk { f, enterprise: detail.enterprise, matters, cleared, consultations })
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
        CaseState::LicenceRevoked | CaseState::Closed => f.t("案件已结束，未清零。", "The case has ended without clearance."),
    }
}

impl Matter {
    /// The product's name in the reader's language.
    fn product(&self, f: &Frame) -> &str {
        if f.language == Language::Zh { &self.record.product_kind_zh } else { &self.record.product_kind_en }
    }
}
