//! The words of the audit, read from the sources: what commands write is what rooms declare, and a command bears the name that it writes.

use std::collections::{BTreeMap, BTreeSet};

use zerodesk::ROOMS;
use zerodesk::audit::particulars::particulars;
use zerodesk::core::Language;

use crate::architecture::sources::{code, module_of, sources};

/// The names of commands, by the types that are commands.
fn command_names() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for text in sources("rs").into_values() {
        names.extend(commands_in(&text));
    }
    names
}

/// The commands of a file with their names.
fn commands_in(text: &str) -> Vec<(String, String)> {
    text.split("impl Command for ")
        .skip(1)
        .map(|part| {
            let name =
                part.split_once("const NAME: &'static str = \"").and_then(|(_, rest)| rest.split('"').next());
            let command = part.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            (command.to_owned(), name.unwrap_or_default().to_owned())
        })
        .collect()
}

/// The words that a file writes as actions of the audit, by `audit(…)`: a word itself, or the name of a command.
fn audited(text: &str, names: &BTreeMap<String, String>) -> BTreeSet<String> {
    let (code, mut words) = (code(text), BTreeSet::new());
    // Commands of two rooms may bear the same type name: the file's own is meant.
    let of_file: BTreeMap<String, String> = commands_in(text).into_iter().collect();
    for (at, call) in code.match_indices("audit(") {
        let (before, rest) = (&code[..at], &code[at + call.len()..]);
        if before.ends_with("fn ") || before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        // Up to the subject or the particulars, whose texts are no actions.
        let ends = ["Subject", "subject", "row.subject", "json!", ";"];
        let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        let said = &rest[..end];
        if let Some(word) = said.split('"').nth(1).filter(|word| !word.contains('{')) {
            words.insert(word.to_owned());
        }
        if let Some(of) = said.split("::NAME").next().filter(|of| of.len() < said.len()) {
            let of = of.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let own = before.rsplit("impl Command for ").next().unwrap_or_default();
            let own = own.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let command = if of == "Self" { own } else { of };
            let name = of_file.get(command).or_else(|| names.get(command));
            words.insert(name.unwrap_or_else(|| panic!("{command} is no command")).clone());
        }
    }
    words
}

/// Every action that is written in the audit has words for people, and every word is written: but for the steps of a case and of an
/// action, whose words follow from the step.
#[test]
fn audit_actions_are_those_that_rooms_declare() {
    let (names, mut written, mut declared) = (command_names(), BTreeSet::new(), BTreeSet::new());
    for text in sources("rs").into_values() {
        written.extend(audited(&text, &names));
        for room in text.split("\n    audit: &[").skip(1) {
            let list = room.split("],").next().unwrap_or_default();
            declared.extend(
                list.split("word(").skip(1).filter_map(|rest| rest.split('"').nth(1)).map(str::to_owned),
            );
        }
    }
    assert!(written.len() > 40, "only {written:#?} are written");
    written
        .extend(["accept_action", "decline_action", "complete_action", "reopen_action"].map(str::to_owned));
    // Passed through a helper of the same file.
    written.extend(
        ["refuse_expert", "withdraw_refusal", "enter_licences", "enter_licence_list"].map(str::to_owned),
    );
    let silent: Vec<_> = written.difference(&declared).collect();
    let unused: Vec<_> = declared.difference(&written).collect();
    assert!(
        silent.is_empty() && unused.is_empty(),
        "written but not declared: {silent:?}; declared but not written: {unused:?}"
    );
}

/// The names that are no words of the audit.
const NO_WORDS: [(&str, &str); 80] = [
    (
        "remind_of_conduct_decision",
        "notes by the day alone that officers were reminded, and changes nothing else",
    ),
    ("remind_cross_round", "mails a reminder, once, and changes nothing else"),
    ("remind_visit", "mails a reminder, once, and changes nothing else"),
    (
        "tell_overdue_quick_test",
        "mails the officers of a term that has passed, once, and changes nothing else",
    ),
    (
        "name_known_party",
        "names by its credit code who a party is; what follows from it is shown by its finding and case",
    ),
    ("pass_inspection_terms", "writes the words of the steps that it takes"),
    ("mark_overdue_inspections", "marks by the day alone what is overdue, and changes nothing else"),
    ("record_case_step", "writes the word of the step"),
    ("move_action", "writes the word of the step"),
    ("check_label", "registers an inspection and enters its check; writes the words of both"),
    ("enter_quick_test", "registers an inspection and enters its test; writes the words of both"),
    ("refresh", "changes nothing but the tokens of a session; writes only that a used token came again"),
    ("match_waiting", "an offer stands in the consultation's history; writes only that nobody was found"),
    (
        "hold_offer",
        "extends an offer while its expert looks at it; the first time stands in the consultation's history",
    ),
    ("finish_upload", "the file was audited when its upload began"),
    ("finish_certificate", "the file was audited when its upload began"),
    ("tell_mentions", "tells of what stands in the notes; the mail stands in the outbox"),
    ("begin_upload", "nothing is there yet; the file is audited once it has come whole"),
    ("add_upload_part", "a part is no file"),
    ("complete_upload", "the file was audited when it was entered"),
    ("cancel_upload", "nothing but parts is gone"),
    ("mark_unused_attachments", "removes what nobody used, by its age alone"),
    ("delete_checked_files", "removes files of checks whose time is over, by their age alone"),
    ("delete_checked_lists", "removes files of checks whose time is over, by their age alone"),
    ("delete_checked_penalties", "removes files of checks whose time is over, by their age alone"),
    (
        "name_penalty_party",
        "names by its credit code whom a penalty is against; the conduct that is entered of it has its own words",
    ),
    ("follow_conduct_source", "enters and annuls conduct; writes the words of that"),
    ("note_late_corrections", "notes what is to be judged, and changes nothing else"),
    ("forget_notes", "removes notes of what is to be judged"),
    ("follow_credit_code", "writes the words of the steps that it takes"),
    ("count_code_scans", "adds up how often pages are opened; the counts are of nobody in particular"),
    ("fold_figures", "derived data only"),
    ("rebuild_figures", "derived data only"),
    ("grade_due_credit", "derived data only: what conduct comes to"),
    ("grade_all_credit", "derived data only; who asks for it writes the word"),
    ("watch_credit_rules", "asks for derived data where the rules are others"),
    ("keep_credit_honours", "a cache of what is counted"),
    ("remind_credit_tasks", "notes by the day alone that officers were reminded, and changes nothing else"),
    ("fold_sampling_figures", "derived data only"),
    ("rebuild_sampling_figures", "derived data only"),
    ("remind_of_rating", "sends a mail and changes nothing but when it was sent"),
    ("sweep_deadlines", "tells of deadlines and changes none; notices have a table of their own"),
    ("follow_targets", "derived from the history; its events have a table of their own"),
    ("recheck_targets", "derived data only"),
    (
        "receive_information",
        "what the enterprise wrote ends the question; it stands in the consultation's history",
    ),
    ("save_draft", "what somebody has not said yet, which nobody else knows"),
    ("save_filter", "how somebody looks at a list, which nobody else knows"),
    ("delete_filter", "how somebody looks at a list, which nobody else knows"),
    ("send_response_notices", "tells of what stands in the events of response targets"),
    ("take_in_messages", "notes who has not read what stands in the log"),
    ("note_presence", "notes who is connected"),
    (
        "note_article_use",
        "counts what articles did while a question was typed; the counts are of nobody in particular",
    ),
    ("send_unread_mail", "tells of what stands in the log; the mail stands in the outbox"),
    ("make_push_key", "made once by the platform, when a browser first asks for it"),
    ("decide_push", "tells of what stands in the log; the message stands in the queue"),
    ("try_push", "shows a notice to the person who asks for it"),
    ("announce_follow_ups", "mails, which stand in the outbox"),
    ("delete_checked_registers", "a check changes nothing but its own record"),
    ("delete_checked_signals", "a check changes nothing but its own record"),
    ("end_follow_ups", "ends with what they stand on; each has a history of its own"),
    ("enter_signals_for_demo", "makes the demonstration"),
    ("erase_rumours", "what its period ends; the signal's history has it"),
    ("follow_commitment", "tells of terms and changes none; the history has it"),
    ("forget_risk_note", "a note of work that is done"),
    ("keep_circuit_stages", "derived from what is known of the members"),
    ("keep_risk_index", "derived data only"),
    ("make_risk_signal", "what is known already, as a signal; the signal has a history of its own"),
    ("make_risk_sum_signals", "what is known already, as a signal; the signal has a history of its own"),
    ("plan_follow_ups", "derived from clearances; each has a history of its own"),
    ("raise_index_alerts", "derived from the index; alerts have a history of their own"),
    ("send_risk_digest", "a mail, which stands in the outbox"),
    ("set_risk_digest", "which mails a person wants"),
    ("sweep_signal_doubles", "merges by rule; the signals' histories have it"),
    ("take_due_feeds", "reads feeds; signals and feeds have histories of their own"),
    ("tell_invited_enterprises", "mails, which stand in the outbox"),
    ("apply_for_demo", "makes the demonstration"),
    ("certificate_for_demo", "makes the demonstration"),
    ("claim_for_demo", "makes the demonstration"),
    ("create_for_body", "makes the demonstration"),
    ("post_for_demo", "makes the demonstration"),
];

#[test]
fn a_command_bears_the_name_that_it_writes() {
    let (mut count, mut without) = (0, BTreeSet::new());
    for (file, text) in sources("rs") {
        let room = ROOMS.iter().find(|room| room.name == module_of(&file));
        let alone = room.into_iter().flat_map(|room| room.audit).map(|word| word.action);
        let grouped = room.into_iter().flat_map(|room| room.audit_groups).flat_map(|group| (group.words)());
        let words: BTreeSet<&str> = alone.chain(grouped.map(|(word, _)| word)).collect();
        for (command, name) in commands_in(&text) {
            assert!(!name.is_empty(), "{file}: {command} has no name");
            count += 1;
            if !words.contains(name.as_str()) {
                without.insert(name);
            }
        }
    }
    assert!(count > 50, "only {count} commands were found");
    assert_eq!(without, NO_WORDS.iter().map(|(name, _)| (*name).to_owned()).collect());
}

/// The fields of the JSON objects that a text writes.
fn fields_of_json(text: &str) -> BTreeSet<String> {
    let objects = text.split("json!({").skip(1).filter_map(|rest| rest.split("})").next());
    let field = |part: &str| {
        let word = part.rsplit('"').next().unwrap_or_default().to_owned();
        (!word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')).then_some(word)
    };
    let fields = objects.flat_map(|object| object.split("\":").map(field).collect::<Vec<_>>()).flatten();
    fields.collect()
}

#[test]
fn particulars_are_called_something() {
    assert_eq!(
        fields_of_json(r#"f(json!({ "a": 1, "b_c": x, "d": "e:" }))"#),
        ["a", "b_c", "d"].map(str::to_owned).into()
    );
    let catalogue = zerodesk::catalogue::Catalogue::builtin().unwrap();
    let called = |field: &str| {
        let data = serde_json::json!({ field: 1 });
        particulars(&data, Language::En, &catalogue).first().map(|told| told.label)
    };
    let written: BTreeSet<String> = sources("rs")
        .into_values()
        .filter(|text| text.contains("audit("))
        .flat_map(|text| fields_of_json(&text))
        .collect();
    assert!(written.len() > 80, "only {written:?}");
    let nameless: Vec<_> = written.iter().filter(|field| called(field) == Some("other")).collect();
    assert!(
        nameless.is_empty(),
        "the audit shows these as other; name them in src/audit/words.rs: {nameless:?}"
    );
}
