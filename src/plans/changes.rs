//! What is different from what a plan was computed on. Pure.
//!
//! Compared are the facts that the rules and the scores ask for, but for those that move all the time:
//! load, past outcomes, deadlines.

use crate::core::Text;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::plans::snapshot::{EnterpriseSide, ExpertSide, Record, Snapshot};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

crate::word_enum! {
    /// The side of a plan that changed.
    pub enum Side {
        /// An enterprise, or its nonconformities.
        Enterprise = "enterprise",
        /// An expert.
        Expert = "expert",
        /// Another plan.
        Plan = "plan",
    }
}

/// One thing that changed since a plan was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanChange {
    /// The side that changed.
    pub side: Side,
    /// The id of the enterprise, the expert or the other plan.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What changed, as a stable word: `joined`, `left`, `nonconformities`, `region`, `vetting`, …
    pub what: String,
    /// What changed, in Chinese.
    pub detail_zh: String,
    /// What changed, in English.
    pub detail_en: String,
}

impl PlanChange {
    /// A change of an enterprise.
    #[must_use]
    pub fn enterprise(id: EnterpriseId, name: &str, what: &str, text: Text) -> Self {
        Self::new(Side::Enterprise, id.0, name, what, text)
    }

    /// A change of an expert.
    #[must_use]
    pub fn expert(id: ExpertId, name: &str, what: &str, text: Text) -> Self {
        Self::new(Side::Expert, id.0, name, what, text)
    }

    /// A change of any side.
    #[must_use]
    pub fn new(side: Side, id: Uuid, name: &str, what: &str, text: Text) -> Self {
        let (detail_zh, detail_en) = (text.zh.into_owned(), text.en.into_owned());
        Self { side, id, name: name.to_owned(), what: what.to_owned(), detail_zh, detail_en }
    }

    /// What changed, with the name.
    #[must_use]
    pub fn text(&self) -> Text {
        let zh = format!("{}:{}", self.name, self.detail_zh);
        Text::new(zh, format!("{}: {}", self.name, self.detail_en))
    }
}

/// What changed between two snapshots of the same scope. Of those who left, only the id is known here; the
/// caller finds out the reason.
#[must_use]
pub fn changes(then: &Snapshot, now: &Snapshot) -> Vec<PlanChange> {
    let mut found = Vec::new();
    let known: HashMap<EnterpriseId, &EnterpriseSide> = then.enterprises.iter().map(|e| (e.id, e)).collect();
    let present: HashMap<EnterpriseId, &EnterpriseSide> = now.enterprises.iter().map(|e| (e.id, e)).collect();
    for side in &then.enterprises {
        match present.get(&side.id) {
            Some(new) => enterprise(side, new, &mut found),
            None => found.push(PlanChange::enterprise(
                side.id,
                &side.name,
                "left",
                Text::new("不再属于本方案的范围", "no longer belongs to what is planned for"),
            )),
        }
    }
    for new in now.enterprises.iter().filter(|e| !known.contains_key(&e.id)) {
        let text = Text::new("新列入本方案的范围", "newly belongs to what is planned for");
        found.push(PlanChange::enterprise(new.id, &new.name, "joined", text));
    }
    let known: HashMap<ExpertId, &ExpertSide> = then.experts.iter().map(|e| (e.id, e)).collect();
    let present: HashMap<ExpertId, &ExpertSide> = now.experts.iter().map(|e| (e.id, e)).collect();
    for side in &then.experts {
        match present.get(&side.id) {
            Some(new) => expert((side, then), (new, now), &mut found),
            None => found.push(PlanChange::expert(
                side.id,
                &side.name,
                "vetting",
                Text::new("已不是在册专家，或已暂停", "is no longer an approved expert, or is suspended"),
            )),
        }
    }
    for new in now.experts.iter().filter(|e| !known.contains_key(&e.id)) {
        let text = Text::new("新通过审核，或已恢复接诊", "was approved since, or is no longer suspended");
        found.push(PlanChange::expert(new.id, &new.name, "vetting", text));
    }
    found
}

fn enterprise(old: &EnterpriseSide, new: &EnterpriseSide, found: &mut Vec<PlanChange>) {
    let mut note = |what, zh: String, en: String| {
        found.push(PlanChange::enterprise(new.id, &new.name, what, Text::new(zh, en)));
    };
    if old.name != new.name {
        let (from, to) = (&old.name, &new.name);
        note("name", format!("名称由{from}变为{to}"), format!("its name {from} became {to}"));
    }
    if old.region != new.region {
        let (from, to) = (&old.region, &new.region);
        note("region", format!("行政区划由 {from} 变为 {to}"), format!("its region {from} became {to}"));
    }
    if old.language != new.language {
        note("language", "语言已变更".to_owned(), "its language changed".to_owned());
    }
    let gone = missing(&old.records, &new.records);
    if !gone.is_empty() {
        note("cleared", format!("已清零：{gone}"), format!("cleared since: {gone}"));
    }
    let added = missing(&new.records, &old.records);
    if !added.is_empty() {
        note("nonconformities", format!("新增不合格记录：{added}"), format!("new nonconformities: {added}"));
    }
    let facts = |r: &Record| (r.kind.clone(), r.items.clone(), r.laboratory.clone(), r.signed_by.clone());
    let differ = |r: &&Record| old.records.iter().any(|o| o.id == r.id && facts(o) != facts(r));
    let differing = numbers(new.records.iter().filter(differ));
    if !differing.is_empty() {
        note(
            "report",
            format!("检验报告内容已变更：{differing}"),
            format!("what is known of the reports changed: {differing}"),
        );
    }
}

/// Numbers of the reports that are in one list and not in the other.
fn missing(those: &[Record], not_in: &[Record]) -> String {
    numbers(those.iter().filter(|r| not_in.iter().all(|o| o.id != r.id)))
}

fn numbers<'a>(records: impl Iterator<Item = &'a Record>) -> String {
    records.map(|r| r.report_no.as_str()).collect::<Vec<_>>().join(", ")
}

fn expert(
    (old, then): (&ExpertSide, &Snapshot),
    (new, now): (&ExpertSide, &Snapshot),
    found: &mut Vec<PlanChange>,
) {
    let mut note = |what, zh: String, en: String| {
        found.push(PlanChange::expert(new.id, &new.name, what, Text::new(zh, en)));
    };
    if old.capacity != new.capacity {
        let (from, to) = (old.capacity, new.capacity);
        note("capacity", format!("承接数量由 {from} 变为 {to}"), format!("its capacity {from} became {to}"));
    }
    if old.available != new.available {
        let (zh, en) = if new.available {
            ("恢复接诊", "is accepting consultations again")
        } else {
            ("暂停接诊", "is not accepting consultations at present")
        };
        note("availability", zh.to_owned(), en.to_owned());
    }
    if old.leave != new.leave || old.on_leave(then.day) != new.on_leave(now.day) {
        note("leave", "休假安排已变更".to_owned(), "the leave changed".to_owned());
    }
    let facts = [
        (old.specialties != new.specialties, "specialties", "专长已变更", "the specialties changed"),
        (old.regions != new.regions, "regions", "服务地区已变更", "the regions served changed"),
        (old.languages != new.languages, "languages", "语言已变更", "the languages changed"),
        (old.conflicts != new.conflicts, "conflicts", "利益关系已变更", "the conflicts of interest changed"),
        (
            old.refused_by != new.refused_by,
            "refusals",
            "申请其回避的企业已变更",
            "the enterprises that exclude the expert changed",
        ),
        (old.signed != new.signed, "signed_reports", "签发的检验报告已变更", "the reports signed changed"),
        (old.employer != new.employer, "employer", "任职单位已变更", "the employer changed"),
        (old.institution != new.institution, "institution", "所在机构已变更", "the institution changed"),
        (old.name != new.name, "name", "姓名已变更", "the name changed"),
    ];
    for (_, what, zh, en) in facts.into_iter().filter(|(differs, ..)| *differs) {
        note(what, zh.to_owned(), en.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enterprises::ids::NonconformityId;

    fn side(name: &str) -> EnterpriseSide {
        EnterpriseSide {
            id: EnterpriseId::new(),
            uscc: "91440101MA5CTEST1X".to_owned(),
            name: name.to_owned(),
            region: "440103".to_owned(),
            language: "zh-CN".to_owned(),
            records: vec![record("R1")],
            earlier: Vec::new(),
            present: None,
        }
    }

    fn record(number: &str) -> Record {
        Record {
            id: NonconformityId::new(),
            kind: "K0101".to_owned(),
            report_no: number.to_owned(),
            items: vec!["耐热".to_owned()],
            laboratory: None,
            signed_by: None,
            due_on: None,
        }
    }

    fn person(name: &str) -> ExpertSide {
        ExpertSide {
            id: ExpertId::new(),
            name: name.to_owned(),
            capacity: 5,
            open: 0,
            available: true,
            leave: None,
            employer: None,
            institution: None,
            specialties: vec![(Some("K0101".to_owned()), None, 3, Vec::new())],
            regions: vec!["440000".to_owned()],
            languages: vec!["zh-CN".to_owned()],
            conflicts: Vec::new(),
            refused_by: Vec::new(),
            signed: Vec::new(),
            outcomes: [0; 4],
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    use chrono::NaiveDate;

    fn world() -> Snapshot {
        Snapshot {
            day: day("2026-03-02"),
            enterprises: vec![side("甲"), side("乙")],
            experts: vec![person("一"), person("二")],
        }
    }

    fn whats(then: &Snapshot, now: &Snapshot) -> Vec<(String, String)> {
        changes(then, now).into_iter().map(|c| (c.name, c.what)).collect()
    }

    fn one(change: impl FnOnce(&mut Snapshot)) -> Vec<(String, String)> {
        let then = world();
        let mut now = then.clone();
        change(&mut now);
        whats(&then, &now)
    }

    fn said(name: &str, what: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), what.to_owned())]
    }

    #[test]
    fn every_fact_of_an_enterprise_is_named() {
        assert_eq!(one(|_| ()), []);
        assert_eq!(one(|s| s.enterprises[1].region = "440300".to_owned()), said("乙", "region"));
        assert_eq!(one(|s| s.enterprises[1].name = "丁".to_owned()), said("丁", "name"));
        assert_eq!(one(|s| s.enterprises[1].language = "en".to_owned()), said("乙", "language"));
        assert_eq!(one(|s| s.enterprises[0].records.push(record("R2"))), said("甲", "nonconformities"));
        assert_eq!(one(|s| s.enterprises[0].records[0].items.clear()), said("甲", "report"));
        assert_eq!(one(|s| drop(s.enterprises.remove(0))), said("甲", "left"));
        assert_eq!(one(|s| s.enterprises.push(side("丙"))), said("丙", "joined"));
        let mut then = world();
        then.enterprises[0].records.push(record("R2"));
        let mut now = then.clone();
        now.enterprises[0].records.remove(0);
        assert_eq!(whats(&then, &now), said("甲", "cleared"));
    }

    #[test]
    fn every_fact_of_an_expert_is_named() {
        assert_eq!(one(|s| s.experts[0].capacity = 6), said("一", "capacity"));
        assert_eq!(one(|s| s.experts[0].available = false), said("一", "availability"));
        assert_eq!(one(|s| s.experts[0].specialties.clear()), said("一", "specialties"));
        assert_eq!(one(|s| s.experts[0].conflicts.push("x".to_owned())), said("一", "conflicts"));
        assert_eq!(one(|s| s.experts[0].refused_by.push("x".to_owned())), said("一", "refusals"));
        assert_eq!(one(|s| s.experts[0].signed.push("x".to_owned())), said("一", "signed_reports"));
        assert_eq!(one(|s| s.experts[1].institution = Some("x".to_owned())), said("二", "institution"));
        assert_eq!(one(|s| s.experts[1].employer = Some("x".to_owned())), said("二", "employer"));
        assert_eq!(one(|s| s.experts[1].regions.clear()), said("二", "regions"));
        assert_eq!(one(|s| s.experts[1].languages.clear()), said("二", "languages"));
        assert_eq!(one(|s| drop(s.experts.remove(1))), said("二", "vetting"));
        assert_eq!(one(|s| s.experts.push(person("三"))), said("三", "vetting"));
        let leave = Some((day("2026-03-05"), day("2026-03-09")));
        assert_eq!(one(|s| s.experts[1].leave = leave), said("二", "leave"));
        // A leave that was known begins.
        let mut then = world();
        then.experts[0].leave = leave;
        let now = Snapshot { day: day("2026-03-06"), ..then.clone() };
        assert_eq!(whats(&then, &now), said("一", "leave"));
    }

    #[test]
    fn frequent_changes_do_not_make_a_plan_stale() {
        assert_eq!(
            one(|s| {
                s.experts[0].open = 3;
                s.experts[0].outcomes = [4, 3, 2, 9];
                s.enterprises[0].records[0].due_on = Some(day("2026-04-01"));
                s.enterprises[0].earlier.push(ExpertId::new());
            }),
            []
        );
    }
}
