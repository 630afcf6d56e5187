//! What the rooms declare is complete: every section of the settings and every mail belongs to exactly one of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use zerodesk::ROOMS;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The sections of `config/default.toml`; single keys at its top belong to no section.
fn sections() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("config/default.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    table.into_iter().filter(|(_, value)| value.is_table()).map(|(name, _)| name).collect()
}

#[test]
fn every_section_of_the_settings_belongs_to_one_room() {
    let mut declared: Vec<_> =
        ROOMS.iter().flat_map(|room| room.settings).map(|name| (*name).to_owned()).collect();
    let mut sections = sections();
    declared.sort();
    sections.sort();
    assert!(sections.len() > 10, "only {sections:?} were found");
    assert_eq!(declared, sections);
}

/// The files below `templates/*/mail`, by their path from `templates/`.
fn mail_templates() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for domain in std::fs::read_dir(root().join("templates")).unwrap().map(Result::unwrap) {
        let Ok(files) = std::fs::read_dir(domain.path().join("mail")) else { continue };
        for file in files.map(Result::unwrap) {
            let (domain, file) = (domain.file_name(), file.file_name());
            found.insert(format!("{}/mail/{}", domain.to_str().unwrap(), file.to_str().unwrap()));
        }
    }
    found
}

#[test]
fn every_mail_has_one_room_and_texts_in_both_languages() {
    let (mut words, mut files) = (Vec::new(), BTreeSet::new());
    for room in ROOMS {
        for word in room.mails {
            words.push((*word).to_owned());
            files.extend(["zh", "en"].map(|language| format!("{}/mail/{word}.{language}.txt", room.name)));
        }
    }
    assert!(words.len() > 20, "only {words:?} were found");
    assert_eq!(files, mail_templates());
    let different: BTreeSet<_> = words.iter().collect();
    assert_eq!(different.len(), words.len(), "a word occurs twice in {words:?}");
}
