//! The issues of an officer's region, and one of them with its account and its vouchers.

use askama::Template;

use super::{issue_tone, issue_word, voucher_tone, voucher_word};
use crate::core::actor::{Actor, Role};
use crate::core::clock::shanghai_date;
use crate::vouchers::account::VoucherAccount;
use crate::vouchers::ids::IssueId;
use crate::vouchers::money::yuan;
use crate::vouchers::queries::{self, IssueFilter, VoucherIssueDetail, VoucherIssueView};
use crate::vouchers::state::{VoucherIssueState, VoucherIssueStep, VoucherState};
use crate::vouchers::views::{self, VoucherFilter, VoucherView};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An issue with codes in words.
struct Listed {
    view: VoucherIssueView,
    place: String,
}

#[derive(Template)]
#[template(path = "vouchers/issues.html")]
struct IssuesPage {
    f: Frame,
    asked: QueryParams,
    issues: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    today: String,
}

/// The list, with the form for another issue.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = IssueFilter {
            state: asked.read("state")?,
            region: asked.get("region").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: VoucherIssueView| Listed {
            place: choices::region(frame.language, catalogue, &view.region),
            view,
        };
        Ok(IssuesPage {
            issues: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            products: choices::kinds(&frame, catalogue),
            today: shanghai_date(app.clock().now()).to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl IssuesPage {
    fn states(&self) -> &'static [VoucherIssueState] {
        VoucherIssueState::ALL
    }

    fn state(&self, state: &VoucherIssueState) -> &'static str {
        issue_word(&self.f, *state)
    }

    fn tone(&self, state: &VoucherIssueState) -> &'static str {
        issue_tone(*state)
    }

    fn yuan(&self, fen: &i64) -> String {
        yuan(*fen)
    }

    /// The lines for tiers: their places from 0 and from 1, and the amounts that the first vouchers had, in yuan.
    fn lines(&self) -> [(&'static str, &'static str, &'static str); 4] {
        [("0", "1", "5000"), ("1", "2", "2000"), ("2", "3", "1000"), ("3", "4", "500")]
    }
}

/// A part of the money of an issue, as it is drawn.
struct Share {
    word: &'static str,
    fen: i64,
    x: i64,
    width: i64,
    tone: usize,
}

#[derive(Template)]
#[template(path = "vouchers/issue.html")]
struct IssuePage {
    f: Frame,
    asked: QueryParams,
    d: VoucherIssueDetail,
    place: String,
    kinds: String,
    hospitals: String,
    vouchers: Vec<VoucherView>,
    pager: Pager,
    shares: Vec<Share>,
}

/// So many thousandths is a part of a whole.
fn thousandths(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    part.saturating_mul(1_000).checked_div(whole).unwrap_or(0)
}

/// The parts of what was issued, one after the other.
fn shares(f: &Frame, account: &VoucherAccount) -> Vec<Share> {
    let parts = [
        (f.t("已核销", "redeemed"), account.redeemed_fen),
        (f.t("可使用", "open"), account.open_fen),
        (f.t("已过期", "expired"), account.expired_fen),
        (f.t("已作废", "revoked"), account.revoked_fen),
    ];
    let mut x = 0;
    (1..)
        .zip(parts)
        .map(|(tone, (word, fen))| {
            let width = thousandths(fen, account.issued_fen);
            let share = Share { word, fen, x, width, tone };
            x += width;
            share
        })
        .collect()
}

/// One issue: with its account and its vouchers for an officer, with its own part for an enterprise.
pub async fn one(state: State, member: Member, id: Id<IssueId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let now = app.clock().now();
        let d = queries::detail(conn, &actor, id, (now, asked.read("as_of")?))?;
        let filter = VoucherFilter {
            issue: Some(id),
            state: asked.read("state")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = views::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || views::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let between = frame.t("、", ", ");
        let kinds: Vec<String> =
            d.issue.product_kinds.iter().map(|code| choices::kind(&frame, catalogue, code)).collect();
        let hospitals: Vec<String> = d
            .issue
            .hospitals
            .iter()
            .map(|code| match catalogue.products.hospital(code) {
                Some(hospital) => frame.t(&hospital.name_zh, &hospital.name_en).to_owned(),
                None => code.clone(),
            })
            .collect();
        Ok(IssuePage {
            place: choices::region(frame.language, catalogue, &d.issue.region),
            kinds: kinds.join(between),
            hospitals: hospitals.join(between),
            vouchers: page.items,
            pager,
            shares: d.account.as_ref().map(|account| shares(&frame, account)).unwrap_or_default(),
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl IssuePage {
    fn is_officer(&self) -> bool {
        self.f.role() == Role::Admin.as_str()
    }

    fn state(&self) -> &'static str {
        issue_word(&self.f, self.d.issue.state)
    }

    fn tone(&self) -> &'static str {
        issue_tone(self.d.issue.state)
    }

    fn voucher_states(&self) -> &'static [VoucherState] {
        VoucherState::ALL
    }

    fn voucher(&self, state: &VoucherState) -> &'static str {
        voucher_word(&self.f, *state)
    }

    fn voucher_tone(&self, state: &VoucherState) -> &'static str {
        voucher_tone(*state)
    }

    fn step(&self, step: &VoucherIssueStep) -> &'static str {
        let (zh, en) = step.words();
        self.f.t(zh, en)
    }

    fn allows(&self, word: &str) -> bool {
        self.d.allowed.iter().any(|step| step.as_str() == word)
    }

    fn yuan(&self, fen: &i64) -> String {
        yuan(*fen)
    }

    fn is_open(&self, voucher: &VoucherView) -> bool {
        voucher.voucher.state == VoucherState::Open
    }

    fn left_out(&self, word: &str) -> &'static str {
        match word {
            "withdrawn" => self.f.t("已撤回申请", "the application was taken back"),
            "limit" => self.f.t("超过单家企业限额", "it would hold more than the limit"),
            _ => self.f.t("固定名单时不符合条件", "it was not eligible when the frame was fixed"),
        }
    }

    /// The address of the movements, to be exported.
    fn movements(&self) -> String {
        format!("/api/v1/voucher-entries?issue={}&", self.d.issue.id)
    }

    /// The address of the vouchers that are shown, to be exported.
    fn vouchers_file(&self) -> String {
        format!("/api/v1/issued-vouchers?issue={}&", self.d.issue.id)
    }
}
