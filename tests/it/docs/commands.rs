//! Commands that the documents show exist, with their options.

use super::{documents, none, read};

/// What a shell puts before the name of a program.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// The words behind `zerodesk` where a text is a call of it.
fn call_of(text: &str) -> Option<Vec<&str>> {
    let mut words = text.split_whitespace().skip_while(|word| *word == "$" || is_assignment(word));
    let program = words.next()?;
    let is_it = program == "zerodesk" || program.ends_with("/zerodesk");
    is_it.then(|| words.take_while(|word| !matches!(*word, "|" | ">" | "<" | "&&" | "#")).collect())
}

/// What is wrong with a call; nothing where clap knows all of it.
fn fault(words: &[&str]) -> Option<String> {
    let cli = zerodesk::cli::definition();
    let mut command = &cli;
    for word in words {
        if let Some(option) = word.strip_prefix("--") {
            let name = option.split('=').next().unwrap_or(option);
            let known = command.get_arguments().chain(cli.get_arguments());
            let known = known.filter_map(|argument| argument.get_long()).any(|long| long == name);
            if !known && !["help", "version"].contains(&name) {
                return Some(format!("{} has no option --{name}", command.get_name()));
            }
        } else if command.has_subcommands() {
            match command.find_subcommand(word) {
                Some(found) => command = found,
                None => return Some(format!("{} has no sub-command {word}", command.get_name())),
            }
        }
    }
    None
}

#[test]
fn commands_that_are_shown_exist() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for document in documents() {
        for (line, text) in document.code().into_iter().chain(document.fenced()) {
            let Some(words) = call_of(text.trim()) else { continue };
            seen += 1;
            if let Some(fault) = fault(&words) {
                wrong.push(format!("{}:{line}: {text}: {fault}", document.name));
            }
        }
    }
    assert!(seen > 10, "only {seen} commands were found");
    none(&wrong);
}

#[test]
fn a_wrong_command_is_found() {
    assert_eq!(call_of("ZERODESK_MODE=production target/release/zerodesk serve").unwrap(), ["serve"]);
    assert!(call_of("zerodeskx serve").is_none());
    assert!(fault(&["audit", "verify", "--heads", "FILE"]).is_none());
    assert!(fault(&["import", "zero-out", "list.csv", "--dry-run", "--config", "FILE"]).is_none());
    assert!(fault(&["audit", "prove"]).is_some());
    assert!(fault(&["serve", "--port"]).is_some());
}

#[test]
fn the_readme_names_the_accounts_of_the_demo() {
    let readme = read("README.md").text;
    for line in zerodesk::cli::demo::log_ins() {
        let mut words = line.split_whitespace();
        let (name, password) = (words.next().unwrap(), words.next().unwrap());
        assert!(readme.contains(&format!("`{name}`")), "{name}");
        assert!(readme.contains(&format!("`{password}`")), "{password}");
    }
}
