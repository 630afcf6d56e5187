//! Where vouchers are redeemed, with what was redeemed there.

use askama::Template;

use crate::core::actor::{Actor, Role};
use crate::vouchers::entries::{self, EntryFilter, VoucherEntryView};
use crate::vouchers::money::yuan;
use crate::vouchers::state::VoucherEntryKind;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "vouchers/redeem.html")]
struct RedeemPage {
    f: Frame,
    asked: QueryParams,
    entries: Vec<VoucherEntryView>,
    pager: Pager,
    /// The product hospitals, for an officer: code and name.
    hospitals: Vec<(String, String)>,
}

/// The form, and the movements.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = EntryFilter {
            issue: asked.read("issue")?,
            voucher: asked.read("voucher")?,
            kind: asked.read("kind")?,
            from: asked.read("from")?,
            until: asked.read("until")?,
        };
        let page = entries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || entries::count(conn, &actor, &filter))?;
        let hospitals = match actor.officer_region() {
            Some(_) => app
                .catalogue()
                .products
                .hospitals()
                .map(|h| (h.code.clone(), frame.t(&h.name_zh, &h.name_en).to_owned()))
                .collect(),
            None => Vec::new(),
        };
        Ok(RedeemPage { entries: page.items, pager, hospitals, asked, f: frame })
    });
    show(&f, &page.await?)
}

impl RedeemPage {
    fn is_officer(&self) -> bool {
        self.f.role() == Role::Admin.as_str()
    }

    fn kinds(&self) -> &'static [VoucherEntryKind] {
        VoucherEntryKind::ALL
    }

    fn kind(&self, kind: &VoucherEntryKind) -> &'static str {
        let (zh, en) = kind.words();
        self.f.t(zh, en)
    }

    fn yuan(&self, fen: &i64) -> String {
        yuan(*fen)
    }

    fn may_reverse(&self, entry: &VoucherEntryView) -> bool {
        self.is_officer() && entry.entry.kind == VoucherEntryKind::Redeem && !entry.reversed
    }
}
