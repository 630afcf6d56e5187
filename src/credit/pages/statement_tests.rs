use super::*;
use crate::conduct::ids::FactId;
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::{ConductSource, Intent};
use crate::core::Language;
use crate::core::ids::EnterpriseId;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn frame() -> Frame {
    Frame {
        language: Language::Zh,
        person: None,
        path: "/".to_owned(),
        other: String::new(),
        places: std::sync::Arc::default(),
        rooms: &[],
        log_in: "/login",
    }
}

/// An entry of a fact, which counts from ten days behind its decision on.
fn entry(id: u128, fact: u128, behaviour: &str, decided: &str) -> Entry {
    let decided_on = day(decided);
    Entry {
        id: ConductId(Uuid::from_u128(id)),
        fact: FactId(Uuid::from_u128(fact)),
        enterprise: EnterpriseId(Uuid::from_u128(1)),
        role: InspectedRole::Producer,
        line: None,
        behaviour: behaviour.to_owned(),
        intent: Intent::NotStated,
        happened_on: decided_on,
        decided_on,
        rules_version: String::new(),
        annulled: false,
        counts_from: decided_on.checked_add_days(Days::new(10)),
        repaired_on: None,
    }
}

fn view(entry: &Entry, state: ConductState) -> ConductView {
    let words = |text: &str| Words { zh: text.to_owned(), en: text.to_owned() };
    ConductView {
        id: entry.id,
        fact_id: entry.fact,
        enterprise_id: entry.enterprise,
        enterprise_name: "某厂".to_owned(),
        region: "440103".to_owned(),
        role: entry.role,
        line: None,
        behaviour: entry.behaviour.clone(),
        behaviour_text: words(&entry.behaviour),
        article: words("第一条"),
        points: Some(1),
        intent: entry.intent,
        happened_on: entry.happened_on,
        decided_on: entry.decided_on,
        document_no: None,
        authority: "省局".to_owned(),
        authority_region: "440000".to_owned(),
        source: ConductSource::Officer,
        state,
        notified_on: Some(entry.decided_on),
        counts_from: entry.counts_from,
        counts_until: entry.decided_on.checked_add_days(Days::new(730)).unwrap(),
        due_on: (state == ConductState::Contested).then(|| day("2026-12-03")),
        overdue: false,
        repaired_on: None,
        annulled_on: None,
        rules_version: String::new(),
        provisional: true,
    }
}

/// What a statement of a day says of entries in these states.
fn of(entries: &[(Entry, ConductState)], on: &str, own: bool) -> (StatementShown, Option<StepChart>) {
    let settings = ConductSettings::default();
    let book = RuleBook::new(&settings.rules);
    let views = entries.iter().map(|(entry, state)| (entry.id, view(entry, *state))).collect();
    let entries: Vec<Entry> = entries.iter().map(|(entry, _)| entry.clone()).collect();
    let objected = HashSet::new();
    let on = day(on);
    let source = Source {
        entries: &entries,
        book: &book,
        views: &views,
        objected: &objected,
        day: on,
        today: on,
        own,
    };
    (statement(&frame(), &source, Vec::new()), course(&frame(), &source))
}

#[test]
fn an_operator_in_grade_c_reads_why_and_until_when() {
    // A re-inspection that failed, and the sampling before it: one fact. A label: another one.
    let entries = [
        (entry(1, 1, "sampling_failed", "2026-01-10"), ConductState::Notified),
        (entry(2, 1, "reinspection_failed", "2026-03-10"), ConductState::Notified),
        (entry(3, 2, "label_failed", "2026-06-10"), ConductState::Notified),
    ];
    let (shown, chart) = of(&entries, "2026-11-30", true);
    assert_eq!(shown.grade.letter, "C");
    assert_eq!(shown.lead, "贵企业目前为 C 级（重点监管）。");
    // The second failure is the second of its group only where the facts differ: 10 and 2.
    assert_eq!(shown.sentences[0], "失信记分 12 分，由 2 项事实产生；C 级自 12 分起。");
    // The label expires first, after a year: then B by 10 points; at last the re-inspection, after two years; its fact falls to nothing.
    let coming: Vec<_> = shown.coming.iter().map(|c| (c.day.to_string(), c.grade.letter)).collect();
    assert_eq!(coming, [("2027-06-11".to_owned(), "B"), ("2028-03-10".to_owned(), "A")]);
    // A fact with its two entries, the one that counts first.
    let facts: Vec<(bool, usize)> =
        shown.facts.iter().map(|fact| (fact.counts, fact.entries.len())).collect();
    assert_eq!(facts, [(true, 1), (true, 2)]);
    assert_eq!(shown.facts[1].entries[0].behaviour, "复查仍不合格");
    assert!(shown.facts[1].entries[0].counts && !shown.facts[1].entries[1].counts);
    assert!(shown.facts[0].entries[0].objects && shown.facts[0].entries[0].repairs);
    let chart = chart.unwrap();
    assert_eq!(chart.changes.iter().filter(|change| change.coming).count(), 2);
}

#[test]
fn what_waits_for_a_decision_is_neither_contested_nor_repaired_again() {
    let entries = [(entry(1, 1, "sampling_failed", "2026-01-10"), ConductState::Contested)];
    let (shown, _) = of(&entries, "2026-11-30", true);
    let shown = &shown.facts[0].entries[0];
    assert!(!shown.objects && !shown.repairs);
    assert_eq!(shown.waits.as_deref(), Some("异议将在2026年12月3日前办结。"));
}

#[test]
fn officers_get_no_buttons_and_a_floor_is_named() {
    let entries = [(entry(1, 1, "penalty_severe", "2026-10-10"), ConductState::Notified)];
    let (shown, _) = of(&entries, "2026-11-30", false);
    assert_eq!((shown.grade.letter, shown.facts[0].entries[0].objects), ("D", false));
    assert!(shown.sentences[0].contains("等级不高于 D 级"), "{}", shown.sentences[0]);
}

#[test]
fn an_operator_without_entries_has_no_grade_and_no_chart() {
    let (shown, chart) = of(&[], "2026-11-30", true);
    assert_eq!(shown.lead, "贵企业尚无信用记录，没有评定等级。");
    assert!(shown.facts.is_empty() && shown.coming.is_empty() && chart.is_none());
}

#[test]
fn what_was_annulled_counts_nowhere_and_is_named_apart() {
    let annulled = Entry { annulled: true, ..entry(1, 1, "sampling_failed", "2026-01-10") };
    let (shown, chart) = of(&[(annulled, ConductState::Annulled)], "2026-11-30", true);
    assert_eq!((shown.grade.letter, shown.facts.len(), shown.annulled.len()), ("—", 0, 1));
    assert!(chart.is_none());
}

#[test]
fn the_facts_of_a_line_are_not_added_to_those_of_the_operator() {
    let of_line =
        Entry { line: Some(LineId(Uuid::from_u128(9))), ..entry(2, 2, "label_failed", "2026-06-10") };
    let entries = [
        (entry(1, 1, "counterfeit", "2026-06-10"), ConductState::Notified),
        (of_line, ConductState::Notified),
    ];
    let (shown, _) = of(&entries, "2026-11-30", true);
    assert_eq!(shown.sentences[0], "失信记分 8 分，由 1 项事实产生；B 级自 4 分起。");
    assert_eq!(shown.total, 2, "both stand in the statement");
}
