//! The vouchers of an enterprise, and the issues for which it can apply.

use askama::Template;

use super::{issue_tone, issue_word, voucher_tone, voucher_word};
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::vouchers::money::yuan;
use crate::vouchers::queries::{self, IssueFilter, VoucherIssueDetail};
use crate::vouchers::state::{VoucherIssueState, VoucherState};
use crate::vouchers::views::{self, VoucherFilter, VoucherView};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// So many issues are shown; the newest.
const ISSUES: i64 = 20;

#[derive(Template)]
#[template(path = "vouchers/mine.html")]
struct MinePage {
    f: Frame,
    asked: QueryParams,
    vouchers: Vec<VoucherView>,
    pager: Pager,
    issues: Vec<VoucherIssueDetail>,
}

/// The vouchers, and the issues.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let now = app.clock().now();
        let filter = VoucherFilter::default();
        let page = views::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || views::count(conn, &actor, &filter))?;
        let known = queries::list(
            conn,
            &actor,
            &IssueFilter::default(),
            Slice { limit: ISSUES, ..Slice::default() },
        )?;
        let mut issues = Vec::with_capacity(known.items.len());
        for issue in known.items {
            issues.push(queries::detail(conn, &actor, issue.id, (now, None))?);
        }
        Ok(MinePage { vouchers: page.items, pager, issues, asked, f: frame })
    });
    show(&f, &page.await?)
}

impl MinePage {
    fn state(&self, state: &VoucherState) -> &'static str {
        voucher_word(&self.f, *state)
    }

    fn tone(&self, state: &VoucherState) -> &'static str {
        voucher_tone(*state)
    }

    fn issue(&self, state: &VoucherIssueState) -> &'static str {
        issue_word(&self.f, *state)
    }

    fn issue_tone(&self, state: &VoucherIssueState) -> &'static str {
        issue_tone(*state)
    }

    fn is_open(&self, voucher: &VoucherView) -> bool {
        voucher.voucher.state == VoucherState::Open
    }

    fn takes(&self, issue: &VoucherIssueDetail) -> bool {
        issue.issue.state == VoucherIssueState::Open
    }

    fn yuan(&self, fen: &i64) -> String {
        yuan(*fen)
    }

    fn missing(&self, issue: &VoucherIssueDetail) -> Option<String> {
        let own = issue.own.as_ref()?;
        if self.f.tag() == "en" { own.missing_en.clone() } else { own.missing_zh.clone() }
    }

    fn has_applied(&self, issue: &VoucherIssueDetail) -> bool {
        issue.own.as_ref().is_some_and(|own| own.applied_at.is_some())
    }

    fn may_apply(&self, issue: &VoucherIssueDetail) -> bool {
        issue.own.as_ref().is_some_and(|own| own.may_apply)
    }
}
