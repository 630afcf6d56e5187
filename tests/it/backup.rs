//! A back-up is taken while the service works, and restored elsewhere: what was acknowledged before it began is there, and what is not a
//! whole back-up, or not an empty place, is refused.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::settings::ProcessSettings;

use crate::support::people::{PASSWORD, text};
use crate::support::{Database, Http, Program, TestApp};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// The program in a folder; whether it did well, and what it said.
fn zerodesk(args: &[&str], folder: &Path, env: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .args(args)
        .current_dir(folder)
        .env("ZERODESK_LOG_FILTER", "error")
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Everything below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(below(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

/// Says something, with a file; gives the id of the message and that of the file once both are acknowledged.
fn say(who: &Http, consultation: &str, n: usize) -> (Uuid, String) {
    let file = [PDF, n.to_string().as_bytes()].concat();
    let made = who.upload("/api/v1/attachments", "a.pdf", &file, &[]).expect(201);
    let client_id = Uuid::new_v4();
    let body = json!({ "client_id": client_id, "body": format!("第 {n} 条"), "attachments": [made["id"]] });
    who.post(&format!("/api/v1/consultations/{consultation}/messages"), &body).expect(201);
    (client_id, text(&made["id"]).to_owned())
}

fn messages(who: &Http, consultation: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let page = who
            .get(&format!("/api/v1/consultations/{consultation}/messages?after={after}&limit=100"))
            .expect(200);
        let items = page["items"].as_array().unwrap().clone();
        let Some(last) = items.last() else { return all };
        after = last["seq"].as_i64().unwrap();
        all.extend(items);
    }
}

#[test]
fn a_backup_under_load_restores_all_that_was_acknowledged_before_it_began() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let data = app.app.settings().section::<ProcessSettings>().data_dir.clone();
    let base = tempfile::tempdir().unwrap();
    let at = |name: &str| base.path().join(name).display().to_string();
    let owner = app.database().url();
    let place = [("DATABASE_URL", owner.as_str()), ("ZERODESK_DATA_DIR", data.to_str().unwrap())];
    let stop = AtomicBool::new(false);
    let mut before = Vec::new();
    let later = std::thread::scope(|scope| {
        for n in 0..10 {
            before.push(say(&talk.enterprise.http, &talk.id, n));
        }
        let load = scope.spawn(|| {
            let mut later = 0;
            while !stop.load(Ordering::Relaxed) {
                say(&talk.expert.http, &talk.id, 1000 + later);
                later += 1;
            }
            later
        });
        // From here on there is load; these are acknowledged before the start, too.
        before.push(say(&talk.enterprise.http, &talk.id, 10));
        let (well, said) = zerodesk(&["backup", &at("one")], base.path(), &place);
        stop.store(true, Ordering::Relaxed);
        assert!(well && said.contains("the back-up is whole"), "{said}");
        load.join().unwrap()
    });
    assert!(later > 0, "there was no load");
    for path in below(&base.path().join("one")) {
        assert_eq!(
            std::fs::metadata(&path).unwrap().mode() & 0o077,
            0,
            "{} is open to others",
            path.display()
        );
    }
    let (well, said) = zerodesk(&["backup", &at("one")], base.path(), &place);
    assert!(!well && said.contains("is not empty"), "{said}");

    let restored = Database::empty();
    let (service, owner) = (restored.service_url(), restored.url());
    let there = [
        ("DATABASE_URL", service.as_str()),
        ("ZERODESK_DATABASE__MIGRATION_URL", owner.as_str()),
        ("ZERODESK_DATA_DIR", &at("var")),
    ];
    let (well, said) = zerodesk(&["restore", &at("one")], base.path(), &there);
    assert!(well && said.contains("rows are as they were written"), "{said}");
    let (well, said) = zerodesk(&["audit", "verify"], base.path(), &there);
    assert!(well, "{said}");
    let (well, said) = zerodesk(&["figures", "verify"], base.path(), &there);
    assert!(well, "{said}");
    let program = Program::start(&service, 0, &[("ZERODESK_DATA_DIR", &at("var"))]);
    let who = Http::new(&program.url).log_in("enterprise-1", PASSWORD);
    let found = messages(&who, &talk.id);
    for (n, (message, file)) in before.iter().enumerate() {
        assert!(found.iter().any(|m| m["client_id"] == json!(message)), "message {n} is missing");
        let bytes = who.get(&format!("/api/v1/attachments/{file}"));
        assert_eq!((bytes.status, bytes.bytes), (200, [PDF, n.to_string().as_bytes()].concat()));
    }
    // Every message that is there has its files.
    for id in found.iter().flat_map(|m| m["attachments"].as_array().unwrap()) {
        assert_eq!(who.get(&format!("/api/v1/attachments/{}", text(id))).status, 200);
    }
    drop(program);
    let (well, said) = zerodesk(&["restore", &at("one")], base.path(), &there);
    assert!(!well && said.contains("the database is not empty"), "{said}");
    let other_store = [("DATABASE_URL", "postgresql://x@127.0.0.1:1/x")];
    let empty = Database::empty();
    let occupied = [("DATABASE_URL", empty.url()), ("ZERODESK_DATA_DIR", at("var"))];
    let occupied: Vec<_> = occupied.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (well, said) = zerodesk(&["restore", &at("one")], base.path(), &occupied);
    assert!(!well && said.contains("the store of attachments is not empty"), "{said}");

    // What is damaged, foreign or of a later version is refused before anything is asked of a database.
    let refused = |words: &str| {
        let (well, said) = zerodesk(&["restore", &at("one")], base.path(), &other_store);
        assert!(!well && said.contains(words), "{words}: {said}");
    };
    let manifest = base.path().join("one/manifest.json");
    let whole = std::fs::read_to_string(&manifest).unwrap();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&whole).unwrap();
        change(&mut value);
        std::fs::write(&manifest, value.to_string()).unwrap();
    };
    changed(&|m| m["migrations"].as_array_mut().unwrap().push(json!("99990101000000")));
    refused("of a later version of the program");
    changed(&|m| m["format"] = json!("another"));
    refused("is not of a back-up of ZeroDesk");
    std::fs::remove_file(&manifest).unwrap();
    refused("this is no back-up, or one that was broken off");
    std::fs::write(&manifest, &whole).unwrap();
    let file = below(&base.path().join("one/files")).into_iter().find(|path| path.is_file()).unwrap();
    std::fs::write(&file, "changed").unwrap();
    refused("the back-up is damaged");
    let dump = base.path().join("one/database.dump");
    let bytes = std::fs::read(&dump).unwrap();
    std::fs::write(&dump, &bytes[..bytes.len() - 1]).unwrap();
    refused("the back-up is damaged");
}

#[test]
fn a_private_database_is_backed_up_and_restored_into_a_new_data_folder() {
    let base = tempfile::tempdir().unwrap();
    let run = |args: &[&str], data: &str| zerodesk(args, base.path(), &[("ZERODESK_DATA_DIR", data)]);
    let create = ["admin", "create", "--username", "ops", "--name", "平台运营", "--role", "operator"];
    assert!(run(&create, "old").0);
    let (well, said) = run(&["backup", "kept"], "old");
    assert!(well, "{said}");
    let (well, said) = run(&["restore", "kept"], "new");
    assert!(well && said.contains("restored"), "{said}");
    let (well, said) = run(&["restore", "kept"], "new");
    assert!(!well && said.contains("is not empty"), "{said}");
    let (well, said) = run(&create, "new");
    assert!(!well, "the account is there: {said}");
    assert!(run(&["audit", "verify"], "new").0);
    for data in ["old", "new"] {
        // Root's private PostgreSQL stands elsewhere.
        if let Ok(home) = std::fs::read_link(base.path().join(data).join("postgres")) {
            std::fs::remove_dir_all(home).unwrap();
        }
    }
}
