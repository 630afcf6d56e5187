//! Issues of testing vouchers and the vouchers themselves: lists, single rows and commands agree on who may know of them.

use super::rows::{ALL, agree, assert_answers, decided, listed};
use super::*;
use zerodesk::db::schema::{voucher, voucher_issue};
use zerodesk::vouchers::ids::{IssueId, VoucherId};
use zerodesk::vouchers::policy::{may_know, may_know_voucher, permit, sees as sees_issue, sees_voucher};
use zerodesk::vouchers::queries::{self as issues, IssueFilter};
use zerodesk::vouchers::state::{VoucherIssueState, VoucherState};
use zerodesk::vouchers::views::{self, VoucherFilter};

const STATES: [VoucherIssueState; 3] =
    [VoucherIssueState::Draft, VoucherIssueState::Open, VoucherIssueState::Withdrawn];

fn issue(world: &mut World<'_>, officers: [AccountId; 2], region: &str, state: VoucherIssueState) -> IssueId {
    use voucher_issue as v;
    let (id, now) = (IssueId::new(), world.now);
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    diesel::insert_into(v::table)
        .values((
            v::id.eq(id),
            v::name.eq("x"),
            v::region.eq(region),
            v::budget_fen.eq(1_i64),
            v::limit_fen.eq(1_i64),
            v::product_kinds.eq(Vec::<String>::new()),
            v::hospitals.eq(Vec::<String>::new()),
            v::apply_from.eq(day("2026-12-01")),
            v::apply_until.eq(day("2026-12-02")),
            v::valid_until.eq(day("2026-12-31")),
            v::state.eq(state),
            v::salt.eq(vec![1u8; 32]),
            v::withdrawn_reason.eq((state == VoucherIssueState::Withdrawn).then_some("x")),
            v::created_by.eq(officers[0]),
            v::approved_by.eq((state == VoucherIssueState::Open).then_some(officers[1])),
            v::created_at.eq(now),
            v::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

/// The region of the enterprise that the actor is.
fn own_region(conn: &mut PgConnection, actor: &Actor) -> Option<String> {
    let Some(Scope::Enterprise(id)) = actor.scope() else { return None };
    Some(enterprise::table.find(*id).select(enterprise::region).first(conn).unwrap())
}

#[test]
fn lists_rows_and_commands_agree_on_issues_and_vouchers() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let officers = [(); 2].map(|()| world.account(Scope::Admin("440000".to_owned())).account().unwrap());
    let mut firms = Vec::new();
    for region in REGIONS {
        let (id, own) = world.enterprise(region);
        actors.push(own);
        firms.push(id);
    }
    let (mut all, mut vouchers) = (Vec::new(), Vec::new());
    for region in SCOPES {
        for state in STATES {
            let id = issue(&mut world, officers, region, state);
            all.push((id, region, state));
            if state != VoucherIssueState::Open {
                continue;
            }
            for (ordinal, firm) in (1..).zip(&firms) {
                let (voucher, now) = (VoucherId::new(), world.now);
                diesel::insert_into(voucher::table)
                    .values((
                        voucher::id.eq(voucher),
                        voucher::issue_id.eq(id),
                        voucher::ordinal.eq(ordinal),
                        voucher::row_id.eq("0".repeat(32)),
                        voucher::enterprise_id.eq(firm),
                        voucher::amount_fen.eq(1_i64),
                        voucher::rest_fen.eq(1_i64),
                        voucher::state.eq(VoucherState::Open),
                        voucher::expires_on.eq(now.date_naive()),
                        voucher::won_at.eq(now),
                        voucher::updated_at.eq(now),
                    ))
                    .execute(world.conn)
                    .unwrap();
                vouchers.push((voucher, region, *firm));
            }
        }
    }
    let (conn, mut of_issues, mut of_vouchers) = (world.conn, Vec::new(), Vec::new());
    for actor in &actors {
        let own = own_region(conn, actor);
        let list = listed(issues::list(conn, actor, &IssueFilter::default(), ALL), |view| view.id.0);
        for (id, region, state) in &all {
            let place = format!("{region} {state}: {actor:?}");
            let seen = agree(&place, &list, id.0, issues::get(conn, actor, *id));
            let sees = sees_issue(actor, (region, *state), own.as_deref(), &catalogue);
            agree(&place, &list, id.0, decided(permit(actor), sees));
            assert_eq!(may_know(conn, actor, id.0).unwrap(), seen, "{place}");
            seen_by_role(&mut of_issues, actor, seen);
        }
        let list = listed(views::list(conn, actor, &VoucherFilter::default(), ALL), |view| view.voucher.id.0);
        for (id, region, firm) in &vouchers {
            let place = format!("voucher {region}: {actor:?}");
            let seen = agree(&place, &list, id.0, views::get(conn, actor, *id));
            let sees = sees_voucher(actor, region, *firm, &catalogue);
            agree(&place, &list, id.0, decided(permit(actor), sees));
            assert_eq!(may_know_voucher(conn, actor, id.0).unwrap(), seen, "{place}");
            seen_by_role(&mut of_vouchers, actor, seen);
        }
    }
    for tally in [of_issues, of_vouchers] {
        assert_answers(&tally, &[Role::Admin, Role::Enterprise], &[], &[Role::Expert, Role::Operator]);
    }
}
