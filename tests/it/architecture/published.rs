//! What domains publish in SQL is used by higher domains only: no domain reads a view or calls a function of a higher one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::imports::named_paths;
use super::{code, layers, module_of, sources};

/// A function that a lower domain declares and a higher one defines: what the lower one must ask without knowing who answers.
struct Port {
    function: &'static str,
    asks: &'static str,
    defines: &'static str,
}

/// All ports. Each is declared at the top of the `functions.sql` of the domain that asks, and stands in `ARCHITECTURE.md`.
const PORTS: [Port; 17] = [
    Port { function: "enterprise_own_words", asks: "accounts", defines: "enterprises" },
    Port { function: "chat_rights", asks: "chat", defines: "consultations" },
    Port { function: "chat_writers", asks: "chat", defines: "consultations" },
    Port { function: "expert_works_in", asks: "experts", defines: "consultations" },
    Port { function: "expert_helps_in", asks: "experts", defines: "online_sessions" },
    Port { function: "expert_open_for", asks: "experts", defines: "consultations" },
    Port { function: "consultation_deadline", asks: "consultations", defines: "remediation" },
    Port { function: "case_helpers", asks: "remediation", defines: "engagements" },
    Port { function: "consultation_targets", asks: "consultations", defines: "response_targets" },
    Port { function: "programme_risk_index", asks: "programmes", defines: "risk" },
    Port { function: "programme_last_tests", asks: "programmes", defines: "inspections" },
    Port { function: "consultation_tags_of", asks: "consultations", defines: "consultation_tags" },
    Port { function: "consultations_tagged", asks: "consultations", defines: "consultation_tags" },
    Port { function: "consultation_tags_known", asks: "consultations", defines: "consultation_tags" },
    Port { function: "engagement_in_cohort", asks: "engagements", defines: "rounds" },
    Port { function: "circuit_interviewed", asks: "rounds", defines: "oversight" },
    Port { function: "risk_letters_due", asks: "risk", defines: "oversight" },
];

/// SQL without its comments.
fn statements(text: &str) -> String {
    text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word at the beginning of a text.
fn word(text: &str) -> &str {
    &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())]
}

/// The words behind each place of `mark`, where that is a word of its own.
fn words_behind<'a>(text: &'a str, mark: &str) -> BTreeSet<&'a str> {
    text.match_indices(mark)
        .filter(|(at, _)| !text[..*at].ends_with(is_word))
        .map(|(at, mark)| word(&text[at + mark.len()..]))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The names that are followed by a parenthesis.
fn called(text: &str) -> BTreeSet<&str> {
    let names = text.match_indices('(').map(|(at, _)| {
        let before = text[..at].trim_end_matches(' ');
        before.rsplit(|c| !is_word(c)).next().unwrap_or_default()
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// The views that a text of Rust or SQL reads, without their schema.
fn views_in(text: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        words_behind(text, "published.").into_iter().map(str::to_owned).collect();
    found.extend(words_behind(text, "published::").into_iter().map(str::to_owned));
    for parts in named_paths(text) {
        let behind = parts.iter().position(|part| part == "published").and_then(|at| parts.get(at + 1));
        found.extend(behind.cloned());
    }
    found
}

/// The views and the functions of the domains, each with the domain that publishes it.
fn definitions() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let (mut views, mut functions) = (BTreeMap::new(), BTreeMap::new());
    for (file, text) in sources("sql") {
        let text = statements(&text);
        let enter = |found: &mut BTreeMap<String, String>, name: &str| {
            let before = found.insert(name.to_owned(), module_of(&file).to_owned());
            assert_eq!(before, None, "{file}: {name} is defined twice");
        };
        words_behind(&text, "CREATE VIEW published.").iter().for_each(|name| enter(&mut views, name));
        words_behind(&text, "CREATE FUNCTION ").iter().for_each(|name| enter(&mut functions, name));
    }
    (views, functions)
}

#[test]
fn uses_of_views_and_functions_are_found() {
    let text = "use crate::db::published::{account as a, enterprise};\nuse crate::db::schema::published::expert::dsl;\n\
                use crate::db::published;\npublished::attachment::table; sql(\"FROM published.nonconformity WHERE f(1)\")";
    let views = ["account", "attachment", "enterprise", "expert", "nonconformity"];
    let found = views_in(text);
    assert!(views.iter().all(|view| found.contains(*view)), "{found:?}");
    assert_eq!(called("a(b (c), d) e"), ["a", "b"].into());
    assert_eq!(
        words_behind("CREATE VIEW published.x AS; RECREATE VIEW published.y", "CREATE VIEW published."),
        ["x"].into()
    );
    assert_eq!(statements("a -- b\nc"), "a \nc");
}

#[test]
fn no_view_or_function_of_a_higher_domain_is_used() {
    let (layers, (views, functions)) = (layers(), definitions());
    assert!(views.len() > 20 && functions.len() > 40, "only {views:?} and {functions:?} were found");
    let (mut upwards, mut ports, mut downwards) = (BTreeSet::new(), BTreeSet::new(), 0);
    let texts = sources("rs")
        .into_iter()
        .map(|(file, text)| (file, code(&text)))
        .chain(sources("sql").into_iter().map(|(file, text)| (file, statements(&text))))
        // Made from all views.
        .filter(|(file, _)| file != "db/schema.rs");
    for (file, text) in texts {
        let module = module_of(&file);
        let Some(here) = layers.get(module) else { continue };
        let read = views_in(&text).into_iter().filter_map(|name| Some((views.get(&name)?, name)));
        let used = called(&text).into_iter().filter_map(|name| Some((functions.get(name)?, name.to_owned())));
        for (owner, name) in read.chain(used) {
            if layers[owner] <= *here {
                downwards += usize::from(owner != module);
            } else if let Some(port) = PORTS.iter().find(|port| port.function == name && port.asks == module)
            {
                ports.insert(port.function);
            } else {
                upwards.insert(format!("{file} uses {name} of {owner}, which stands higher"));
            }
        }
    }
    assert!(downwards > 100, "only {downwards} uses of views and functions were found");
    assert!(upwards.is_empty(), "{upwards:#?}");
    assert_eq!(ports, PORTS.iter().map(|port| port.function).collect(), "a port that is not used");
}

#[test]
fn every_port_is_declared_and_documented() {
    let (functions, sources) = (definitions().1, sources("sql"));
    let architecture =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for Port { function, asks, defines } in PORTS {
        assert_eq!(functions.get(function).map(String::as_str), Some(defines), "{function}");
        let declared = sources[&format!("{asks}/functions.sql")]
            .lines()
            .take_while(|line| line.starts_with("--"))
            .any(|line| line.contains(&format!("{function}(")));
        assert!(declared, "{asks}/functions.sql does not say at its top that it asks {function}");
        assert!(architecture.contains(&format!("`{function}`")), "ARCHITECTURE.md does not name {function}");
    }
}
