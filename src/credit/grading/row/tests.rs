use super::*;
use crate::conduct::ids::{FactId, LineId};
use crate::conduct::score::standing;
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::Intent;
use crate::settings::Section;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn entry(behaviour: &str, decided_on: &str, line: Option<LineId>) -> Entry {
    Entry {
        id: ConductId::new(),
        fact: FactId::new(),
        enterprise: EnterpriseId(Uuid::nil()),
        role: InspectedRole::Producer,
        line,
        behaviour: behaviour.to_owned(),
        intent: Intent::NotStated,
        happened_on: day(decided_on),
        decided_on: day(decided_on),
        rules_version: "credit-2021-trial".to_owned(),
        annulled: false,
        counts_from: Some(day(decided_on)),
        repaired_on: None,
    }
}

fn graded(entries: &[Entry], kept: &[SubjectRow], on: &str) -> Vec<SubjectRow> {
    let book = RuleBook::new(&ConductSettings::built_in().rules);
    let rules = book.rules_on(day(on)).unwrap();
    let grading = Grading { book: &book, rules, day: day(on), now: "2026-03-02T01:00:00Z".parse().unwrap() };
    let around = GradingContext { region: "440106".to_owned(), operating: true, ..GradingContext::default() };
    let standing = standing(entries, &book, day(on));
    rows(EnterpriseId(Uuid::nil()), (&standing, entries), &around, kept, grading)
}

#[test]
fn a_line_decides_where_its_score_is_higher() {
    let line = LineId::new();
    let entries =
        [entry("sampling_failed", "2026-03-01", None), entry("adulteration", "2026-03-01", Some(line))];
    let row = &graded(&entries, &[], "2026-03-02")[0];
    assert_eq!((row.score, row.grade, row.worst), (12_000, Some(Grade::C), true));
    assert_eq!(row.lines[0]["line"], serde_json::json!(line));
    assert_eq!(row.counted.len(), 2);
}

#[test]
fn the_next_look_is_the_day_on_which_something_ends_or_begins() {
    let mut late = entry("sampling_failed", "2026-03-01", None);
    late.counts_from = Some(day("2026-03-20"));
    let entries = [entry("penalty_minor", "2026-03-01", None), late];
    let row = &graded(&entries, &[], "2026-03-02")[0];
    assert_eq!(row.look_on, Some(day("2026-03-20")));
    // A penalty that counts for 90 days ends on the day behind its last one.
    assert_eq!(graded(&entries, &[], "2026-03-21")[0].look_on, Some(day("2026-05-31")));
    assert_eq!((row.next_grade, row.next_grade_on), (Some(Grade::B), Some(day("2026-03-20"))));
}

#[test]
fn what_is_gone_stays_without_a_grade_and_says_why() {
    let mut entries = vec![entry("sold_after_stop", "2026-03-01", None)];
    let before = graded(&entries, &[], "2026-03-02");
    entries[0].annulled = true;
    let after = graded(&entries, &before, "2026-03-03");
    assert_eq!((after.len(), after[0].grade, after[0].score, after[0].worst), (1, None, 0, true));
    let standing = standing(&entries, &RuleBook::new(&ConductSettings::built_in().rules), day("2026-03-03"));
    let found = causes(Some(&before[0]), &after[0], &standing, &entries);
    assert_eq!(found.iter().map(|cause| cause.became).collect::<Vec<_>>(), [Became::Annulled]);
    assert_eq!(reason(Some(&before[0]), &after[0], &found), ChangeReason::Conduct);
}

#[test]
fn what_expires_is_a_matter_of_the_day() {
    let entries = [entry("penalty_minor", "2026-03-01", None)];
    let before = graded(&entries, &[], "2026-03-02");
    let after = graded(&entries, &before, "2026-05-31");
    assert!(is_change(Some(&before[0]), &after[0]));
    let standing = standing(&entries, &RuleBook::new(&ConductSettings::built_in().rules), day("2026-05-31"));
    let found = causes(Some(&before[0]), &after[0], &standing, &entries);
    assert_eq!(reason(Some(&before[0]), &after[0], &found), ChangeReason::Day);
}

proptest! {
    /// To look again only on the days that the rows name finds every change of the score.
    #[test]
    fn no_change_is_missed_between_two_looks(
        some in proptest::collection::vec((0_usize..5, 0_u64..900, 0_u64..40), 1..8),
    ) {
        let behaviours = ["sampling_failed", "label_failed", "penalty_minor", "sold_after_stop", "commitment_broken"];
        let first = day("2024-01-01");
        let entries: Vec<Entry> = some
            .iter()
            .map(|(behaviour, after, notice)| {
                let decided = first + Days::new(*after);
                let mut entry = entry(behaviours[*behaviour], &decided.to_string(), None);
                entry.counts_from = Some(decided + Days::new(*notice));
                entry
            })
            .collect();
        let mut at = first;
        let mut row = graded(&entries, &[], &at.to_string())[0].clone();
        let last = first + Days::new(1_200);
        while at < last {
            let until = row.look_on.unwrap_or(last).min(last);
            let mut between = at;
            while between < until {
                prop_assert_eq!(graded(&entries, &[], &between.to_string())[0].score, row.score);
                between = between + Days::new(17);
            }
            at = until;
            row = graded(&entries, &[], &at.to_string())[0].clone();
        }
    }
}
