//! Random years of what people do: what is said of a day on its evening is what a naive count of the log of that day comes
//! to, and is said of it ever after.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::db::schema::{case_event, nonconformity, remediation_case};
use zerodesk::zero_out::import::Column;

use super::get;
use crate::support::csv::{file, row, uscc};
use crate::support::people::PASSWORD;
use crate::support::random::Random;
use crate::support::{Http, TestApp};

const REGIONS: [&str; 4] = ["440103", "440106", "440305", "441900"];
const STATUSES: [&str; 3] = ["在营", "在营", "注销"];
const KINDS: [&str; 2] = ["K0101", "K0201"];
const ENTERPRISES: u64 = 5;
const DAYS: u64 = 9;
const REPORTS: [&str; 7] = [
    "zero-out-rate?",
    "zero-out-rate?count=nonconformity&region=440100&",
    "zero-out-rate?count=nonconformity&by=class&",
    "zero-out-rate?by=class&region=440300&",
    "funnel?region=440100&",
    "deadlines?",
    "deadlines?region=440305&",
];

/// An enterprise as it is on the list.
#[derive(Debug, Clone, Copy)]
struct Known {
    region: &'static str,
    status: &'static str,
}

struct World {
    app: TestApp,
    officer: Http,
    reviewer: Http,
    owners: Vec<Http>,
    known: BTreeMap<u64, Known>,
    /// When each enterprise became what.
    log: Vec<(DateTime<Utc>, u64, Known)>,
    reports: u32,
}

impl World {
    fn start(seed: u64) -> Self {
        let app = TestApp::builder()
            .at("2021-08-04T01:00:00Z")
            .settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400)
            .start();
        let officer = app.admin("officer-gd", "440000");
        let reviewer = app.admin("reviewer-gd", "440000");
        let mut world = Self {
            officer,
            reviewer,
            owners: Vec::new(),
            known: BTreeMap::new(),
            log: Vec::new(),
            reports: u32::try_from(seed).unwrap(),
            app,
        };
        for n in 1..=2 {
            let owner = world.app.claimed_enterprise(n, "440103", "K0101");
            world.owners.push(owner.http);
            let known = Known { region: "440103", status: "在营" };
            world.known.insert(n.into(), known);
            world.log.push((world.app.now(), n.into(), known));
        }
        world
    }

    /// Logs everyone in again on the morning of a day.
    fn morning(&mut self, day: NaiveDate) {
        self.app.clock.set(format!("{day}T09:00:00+08:00").parse().unwrap());
        let again = |name: &str| self.app.http().log_in(name, PASSWORD);
        (self.officer, self.reviewer) = (again("officer-gd"), again("reviewer-gd"));
        self.owners = (1..=2).map(|n| again(&format!("enterprise-{n}"))).collect();
    }

    fn list(&mut self, random: &mut Random) {
        let n = random.below(ENTERPRISES) + 1;
        let pick =
            |from: &[&'static str], random: &mut Random| from[random.below(from.len() as u64) as usize];
        let known = Known { region: pick(&REGIONS, random), status: pick(&STATUSES, random) };
        self.reports += u32::from(random.below(2) == 0);
        let ordered = if random.below(3) > 0 { "2021-08-03" } else { "" };
        let n32 = u32::try_from(n).unwrap();
        let line = row(&[
            (Column::Uscc, &uscc(n32)),
            (Column::Name, &format!("广州第{n}公司")),
            (Column::RegionCode, known.region),
            (Column::OperatingStatus, known.status),
            (Column::ContactEmail, &format!("factory-{n}@enterprise.example")),
            (Column::ProductKind, pick(&KINDS, random)),
            (Column::ReportNo, &format!("R{}", self.reports)),
            (Column::OrderIssuedOn, ordered),
        ]);
        let report = self.app.import(&self.officer, &file(&[line]), false);
        assert_eq!(report["state"], "done", "{report}");
        if report["rejected"] == 0 {
            self.known.insert(n, known);
            self.log.push((self.app.now(), n, known));
        }
    }

    /// Tries a step on some case; what the law refuses changes nothing.
    fn step(&self, random: &mut Random) {
        let cases: Vec<uuid::Uuid> = remediation_case::table
            .order(remediation_case::id)
            .select(remediation_case::id)
            .load(&mut *self.app.app.conn().unwrap())
            .unwrap();
        let case = cases[random.below(cases.len() as u64) as usize];
        let owner = &self.owners[random.below(2) as usize];
        let (who, event) = match random.below(9) {
            0 | 1 => (owner, json!({ "event": "start_correction" })),
            2 | 3 => (owner, json!({ "event": "submit_evidence", "note": "x" })),
            4 => (&self.officer, json!({ "event": "reinspect", "passed": random.below(3) > 0 })),
            5 => (&self.reviewer, json!({ "event": "clear" })),
            6 => (&self.officer, json!({ "event": "transfer", "region": REGIONS[random.below(4) as usize] })),
            7 => (&self.officer, json!({ "event": "close", "reason": "deregistered" })),
            _ => {
                let corrects = random.below(4) + 1;
                let body =
                    json!({ "event": "correct", "corrects": corrects, "reason": "误录", "annulled": true });
                (&self.officer, body)
            }
        };
        let reply = who.post(&format!("/api/v1/remediation/cases/{case}/events"), &event);
        assert!(reply.status < 500, "{}", reply.text);
    }

    fn figures_of(&self, day: NaiveDate) -> Vec<Value> {
        REPORTS.iter().map(|report| get(&self.officer, &format!("{report}as_of={day}"))).collect()
    }

    /// The rate by enterprise and by nonconformity of all, and how many of the first are in Guangzhou, counted one by one.
    fn counted(&self, day: NaiveDate) -> Value {
        let end = format!("{}T00:00:00+08:00", day + Duration::days(1)).parse::<DateTime<Utc>>().unwrap();
        let conn = &mut *self.app.app.conn().unwrap();
        use zerodesk::db::schema::enterprise;
        let codes: BTreeMap<String, u64> =
            (1..=ENTERPRISES).map(|n| (uscc(u32::try_from(n).unwrap()), n)).collect();
        let points: Vec<(uuid::Uuid, String, String)> = nonconformity::table
            .inner_join(enterprise::table.on(enterprise::id.eq(nonconformity::enterprise_id)))
            .filter(nonconformity::created_at.lt(end))
            .select((nonconformity::id, enterprise::uscc, nonconformity::product_kind))
            .load(conn)
            .unwrap();
        let mut cases: BTreeMap<uuid::Uuid, String> = BTreeMap::new();
        let events: Vec<(uuid::Uuid, String)> = case_event::table
            .inner_join(remediation_case::table.on(remediation_case::id.eq(case_event::case_id)))
            .filter(case_event::recorded_at.lt(end))
            .order((case_event::case_id, case_event::seq))
            .select((remediation_case::nonconformity_id, case_event::to_state))
            .load(conn)
            .unwrap();
        for (point, state) in events {
            cases.insert(point, state);
        }
        let then = |n: u64| self.log.iter().rev().find(|(at, of, _)| *of == n && *at < end).unwrap().2;
        let (mut listed, mut operating, mut guangzhou) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut open, mut all, mut cleared) = (BTreeSet::new(), 0, 0);
        for (point, code, _) in &points {
            let n = codes[code];
            let known = then(n);
            listed.insert(n);
            if known.region.starts_with("4401") {
                guangzhou.insert(n);
            }
            if known.status != "在营" {
                continue;
            }
            operating.insert(n);
            let settled = matches!(cases.get(point).map(String::as_str), Some("cleared" | "overturned"));
            if !settled {
                open.insert(n);
            }
            if known.region.starts_with("4401") {
                all += 1;
                cleared += i64::from(settled);
            }
        }
        json!({
            "listed": listed.len(), "operating": operating.len(), "cleared": operating.len() - open.len(),
            "guangzhou": { "operating": all, "cleared": cleared, "enterprises": guangzhou.len() },
        })
    }
}

#[test]
fn figures_of_a_past_day_equal_a_naive_count_of_its_log() {
    for seed in [1, 20, 300] {
        let mut random = Random::new(seed, 0);
        let mut world = World::start(seed);
        let mut day: NaiveDate = "2021-08-04".parse().unwrap();
        let mut evenings = Vec::new();
        for _ in 0..DAYS {
            for _ in 0..6 + random.below(6) {
                world.app.clock.advance(Duration::minutes(1));
                if random.below(4) == 0 {
                    world.list(&mut random);
                } else {
                    world.step(&mut random);
                }
            }
            let said = world.figures_of(day);
            let counted = world.counted(day);
            let (total, city, funnel) = (&said[0]["total"], &said[1]["total"], &said[4]);
            for name in ["listed", "operating", "cleared"] {
                assert_eq!(total[name], counted[name], "{name} on {day}, seed {seed}: {counted}");
            }
            for name in ["operating", "cleared"] {
                assert_eq!(city[name], counted["guangzhou"][name], "{name} on {day}, seed {seed}: {counted}");
            }
            assert_eq!(funnel["listed"], counted["guangzhou"]["enterprises"], "on {day}, seed {seed}");
            evenings.push((day, said, counted));
            day += Duration::days(1 + i64::try_from(random.below(15)).unwrap());
            world.morning(day);
            for (past, said, counted) in &evenings {
                assert_eq!(&world.counted(*past), counted, "the log of {past} is complete");
                assert_eq!(&world.figures_of(*past), said, "of {past}, asked on {day}, seed {seed}");
            }
        }
    }
}
