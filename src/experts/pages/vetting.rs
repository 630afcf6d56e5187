//! Applications of experts and claims of enterprises that wait for a decision, with what it takes to decide.

use askama::Template;
use serde_json::json;

use crate::core::actor::Actor;
use crate::core::page::{Page, Slice};
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::claims::{self as claim_queue, ClaimView};
use crate::experts::pages::changes::{ChangeLine, lines};
use crate::experts::pages::profile::{Profile, profile};
use crate::experts::queries::{self as experts, ExpertFilter};
use crate::experts::specialty_change::SpecialtyChangeState;
use crate::experts::specialty_queries::{self as changes, ChangeFilter};
use crate::experts::vocabulary::Vetting;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "experts/vetting.html")]
struct VettingPage {
    f: Frame,
    asked: QueryParams,
    applications: Vec<Profile>,
    pager: Pager,
    /// Changes of specialties that wait for a decision.
    changes: Vec<ChangeLine>,
    /// There are more of these than are shown.
    more_changes: bool,
    claims: Vec<ClaimView>,
    /// There are more claims than are shown.
    more: bool,
    /// Claims whose one-time link is on its way and not used yet.
    sent: Vec<ClaimView>,
    /// There are more of these than are shown.
    more_sent: bool,
    /// Those that wait are shown, not those that were rejected.
    waiting: bool,
}

/// The page on which officers decide on applications.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let waiting = !asked.is("show", "rejected");
        let (vetting, claimed) = if waiting {
            (Vetting::Applied, ClaimState::ToApprove)
        } else {
            (Vetting::Rejected, ClaimState::Rejected)
        };
        let filter = ExpertFilter {
            vetting: Some(vetting),
            q: asked.get("q").map(str::to_owned),
            ..ExpertFilter::default()
        };
        let applied = experts::applications(conn, &actor, &filter, frame.slice(&asked)?)?;
        let slice = Slice { limit: 30, ..Slice::default() };
        let claims = claim_queue::list(conn, &actor, Some(claimed), asked.get("q"), slice)?;
        let mut sent = Page { items: Vec::new(), next_cursor: None };
        if waiting {
            sent = claim_queue::list(conn, &actor, Some(ClaimState::Mailed), asked.get("q"), slice)?;
            // Those whose mail did not arrive are among the claims that wait.
            sent.items.retain(|claim| claim.mail.failed().is_none());
        }
        let filter_changes = ChangeFilter { state: Some(SpecialtyChangeState::Proposed), expert: None };
        let mut proposed = Page { items: Vec::new(), next_cursor: None };
        if waiting {
            proposed = changes::list(conn, &actor, &filter_changes, slice)?;
        }
        Ok(VettingPage {
            more_changes: proposed.next_cursor.is_some(),
            changes: lines(&frame, app.catalogue(), proposed.items),
            pager: asked.pager(&applied, || experts::count(conn, &actor, &filter))?,
            applications: applied.items.into_iter().map(|e| profile(&frame, app.catalogue(), e)).collect(),
            more: claims.next_cursor.is_some(),
            claims: claims.items,
            more_sent: sent.next_cursor.is_some(),
            sent: sent.items,
            waiting,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl VettingPage {
    /// What can be done to several applications at once, for `bulk.js`.
    fn bulk(&self) -> String {
        let f = &self.f;
        json!([
            {
                "words": f.t("批量通过", "Approve these"),
                "path": "/api/v1/expert-applications/{id}/approve",
                "about": f.t("通过后，这些专家即可登录并参与派单，系统将以邮件通知本人。", "The experts can then log in and are matched from now on; mails say so."),
            },
            {
                "words": f.t("批量驳回", "Reject these"),
                "path": "/api/v1/expert-applications/{id}/reject",
                "about": f.t("原因将以邮件告知每位申请人，驳回后不能撤回。", "The reason is mailed to each applicant; it can’t be taken back."),
                "field": { "name": "reason", "words": f.t("驳回原因", "Reason"), "most": 500 },
            },
        ])
        .to_string()
    }

    /// The address of the applications that are shown, to be exported.
    fn applications_file(&self) -> String {
        let vetting = if self.waiting { Vetting::Applied } else { Vetting::Rejected };
        self.asked.file_with("/api/v1/expert-applications", &["show"], &[("vetting", vetting.as_str())])
    }

    /// The same of the claims.
    fn claims_file(&self) -> String {
        let state = if self.waiting { ClaimState::ToApprove } else { ClaimState::Rejected };
        self.asked.file_with("/api/v1/enterprise-registrations", &["show"], &[("state", state.as_str())])
    }
}
