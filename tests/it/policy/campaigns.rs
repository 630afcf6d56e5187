//! Campaigns, the files, entries and schools of their registers, and hazards: lists, single rows and commands agree on who may know of them.

use super::rows::{ALL, agree, assert_answers, decided, listed};
use super::*;
use serde_json::json;
use zerodesk::campaigns::hazard_queries::{self, HazardFilter};
use zerodesk::campaigns::ids::{CampaignImportId, HazardId, SchoolId, SubjectId};
use zerodesk::campaigns::imports::view;
use zerodesk::campaigns::policy;
use zerodesk::campaigns::queries::{self as campaigns, CampaignFilter};
use zerodesk::campaigns::state::{HazardSource, HazardState, Theme};
use zerodesk::campaigns::subject_queries::{self, SubjectFilter};
use zerodesk::db::regional;
use zerodesk::db::schema::{campaign, campaign_import, campaign_school, campaign_subject, hazard, programme};
use zerodesk::list_files::imports::ImportState;
use zerodesk::programmes::ids::ProgrammeId;
use zerodesk::programmes::kind::ProgrammeKind;
use zerodesk::programmes::policy as of_programmes;
use zerodesk::programmes::state::{ProgrammeLevel, ProgrammeState};

const STATES: [ProgrammeState; 3] =
    [ProgrammeState::Draft, ProgrammeState::Running, ProgrammeState::Withdrawn];

/// A campaign around campuses of a region, in a state.
fn insert(
    world: &mut World<'_>,
    officers: [AccountId; 2],
    region: &str,
    state: ProgrammeState,
) -> ProgrammeId {
    use programme as p;
    let (id, now, day) = (ProgrammeId::new(), world.now, world.now.date_naive());
    let approved = state.is_public();
    diesel::insert_into(p::table)
        .values((
            p::id.eq(id),
            p::kind.eq(ProgrammeKind::Campaign),
            p::name.eq("x"),
            p::level.eq(ProgrammeLevel::Provincial),
            p::organiser_region.eq(region),
            p::period_from.eq(day),
            p::period_until.eq(day),
            p::state.eq(state),
            p::salt.eq(vec![1u8; 32]),
            p::created_by.eq(officers[0]),
            p::approved_by.eq(approved.then_some(officers[1])),
            p::approved_at.eq(approved.then_some(now)),
            p::created_at.eq(now),
            p::updated_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    diesel::insert_into(campaign::table)
        .values((
            campaign::programme_id.eq(id.0),
            campaign::theme.eq(Theme::Campus),
            campaign::rules_version.eq("x"),
            campaign::radius_m.eq(200),
            campaign::created_by.eq(officers[0]),
            campaign::created_at.eq(now),
        ))
        .execute(world.conn)
        .unwrap();
    id
}

#[test]
fn lists_rows_and_routes_agree_on_campaigns() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let officers = [(); 2].map(|()| world.account(Scope::Admin("440000".to_owned())).account().unwrap());
    let mut all = Vec::new();
    for region in SCOPES {
        for state in STATES {
            all.push((insert(&mut world, officers, region, state), region, state));
        }
    }
    let (conn, mut tally) = (world.conn, Vec::new());
    for actor in &actors {
        let list = listed(campaigns::list(conn, actor, &CampaignFilter::default(), ALL), |view| view.id.0);
        for (id, region, state) in &all {
            let place = format!("{region} {state}: {actor:?}");
            let seen = agree(&place, &list, id.0, campaigns::get(conn, actor, *id));
            let row = (ProgrammeKind::Campaign, *region, *state);
            let sees = of_programmes::sees(actor, row, &[], &catalogue);
            agree(&place, &list, id.0, decided(policy::permit_officers(actor), sees));
            assert_eq!(policy::may_know_campaign(conn, actor, id.0).unwrap(), seen, "{place}");
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}

#[test]
fn lists_and_rows_agree_on_registers_and_their_files() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let actors = world.bystanders();
    let officers = [(); 2].map(|()| world.account(Scope::Admin("440000".to_owned())).account().unwrap());
    let id = insert(&mut world, officers, "440000", ProgrammeState::Running);
    let (conn, now) = (world.conn, world.now);
    let all = SCOPES.map(|region| (SubjectId::new(), SchoolId::new(), CampaignImportId::new(), region));
    for (subject, school, import, region) in &all {
        diesel::insert_into(campaign_subject::table)
            .values((
                campaign_subject::id.eq(subject),
                campaign_subject::programme_id.eq(id.0),
                campaign_subject::name.eq("x"),
                campaign_subject::region.eq(region),
                campaign_subject::entered_by.eq(officers[0]),
                campaign_subject::entered_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(campaign_school::table)
            .values((
                campaign_school::id.eq(school),
                campaign_school::programme_id.eq(id.0),
                campaign_school::name.eq("x"),
                campaign_school::region.eq(region),
                campaign_school::latitude.eq(23.1),
                campaign_school::longitude.eq(113.2),
                campaign_school::entered_by.eq(officers[0]),
                campaign_school::entered_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(campaign_import::table)
            .values((
                campaign_import::id.eq(import),
                campaign_import::region.eq(region),
                campaign_import::file_name.eq("x"),
                campaign_import::sha256.eq(vec![0; 32]),
                campaign_import::dry_run.eq(false),
                campaign_import::defaults.eq(json!({ "campaign": id })),
                campaign_import::state.eq(ImportState::Queued),
                campaign_import::created_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    let mut tally = Vec::new();
    for actor in &actors {
        let subjects = listed(subject_queries::list(conn, actor, &SubjectFilter::default(), ALL), |view| {
            view.subject.id.0
        });
        let schools = listed(subject_queries::schools(conn, actor, id.0, ALL), |view| view.id.0);
        let imports = listed(view::all(conn, actor, (None, None), ALL), |view| view.id.0);
        for (subject, school, import, region) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &subjects, subject.0, subject_queries::get(conn, actor, *subject));
            let sees = regional::sees(actor, region, &catalogue);
            let may = || decided(policy::permit_officers(actor), sees);
            agree(&place, &subjects, subject.0, may());
            agree(&place, &schools, school.0, subject_queries::school(conn, actor, *school));
            agree(&place, &schools, school.0, may());
            agree(&place, &imports, import.0, view::status(conn, actor, *import));
            agree(&place, &imports, import.0, may());
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin], &[], &[Role::Enterprise, Role::Expert, Role::Operator]);
}

#[test]
fn lists_rows_and_commands_agree_on_hazards() {
    let database = Database::new();
    let (catalogue, conn) = (Catalogue::builtin().unwrap(), &mut database.connect());
    let mut world = World { conn, now: start_of_test(), made: 0 };
    let mut actors = world.bystanders();
    let officer = world.account(Scope::Admin("440000".to_owned())).account().unwrap();
    let mut all = Vec::new();
    for region in REGIONS {
        let (enterprise, own) = world.enterprise(region);
        actors.push(own);
        let (id, now) = (HazardId::new(), world.now);
        diesel::insert_into(hazard::table)
            .values((
                hazard::id.eq(id),
                hazard::enterprise_id.eq(enterprise),
                hazard::region.eq(region),
                hazard::product.eq("rebar"),
                hazard::item.eq("x"),
                hazard::description.eq("x"),
                hazard::source.eq(HazardSource::Officer),
                hazard::found_on.eq(now.date_naive()),
                hazard::found_by.eq(officer),
                hazard::state.eq(HazardState::Found),
                hazard::created_at.eq(now),
                hazard::updated_at.eq(now),
            ))
            .execute(world.conn)
            .unwrap();
        all.push((id, region, enterprise));
    }
    let (conn, today, mut tally) = (world.conn, world.now.date_naive(), Vec::new());
    for actor in &actors {
        let list = hazard_queries::list(conn, actor, &HazardFilter::default(), today, ALL);
        let list = listed(list, |view| view.hazard.id.0);
        for (id, region, enterprise) in &all {
            let place = format!("{region}: {actor:?}");
            let seen = agree(&place, &list, id.0, hazard_queries::detail(conn, actor, *id, today));
            let sees = policy::sees(actor, region, *enterprise, &catalogue);
            agree(&place, &list, id.0, decided(policy::permit(actor), sees));
            assert_eq!(policy::may_know(conn, actor, id.0).unwrap(), seen, "{place}");
            seen_by_role(&mut tally, actor, seen);
        }
    }
    assert_answers(&tally, &[Role::Admin, Role::Enterprise], &[], &[Role::Expert, Role::Operator]);
}
