//! What the rooms declare is complete: every section of the settings and every mail belongs to exactly one of them, and every
//! list that takes a text to look for is declared as a source of searches, and answers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use zerodesk::ROOMS;
use zerodesk::core::Role;
use zerodesk::server::ROUTES;
use zerodesk::server::rooms::all_pages;
use zerodesk::web::openapi;
use zerodesk::web::room::{Access, SearchSource};

use crate::support::{Http, TestApp};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The sections that are made in the sources, by the names of their types.
fn made() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let by_macro = text
                    .split("\n    pub ")
                    .skip(1)
                    .filter(|rest| rest.split('{').next().is_some_and(|head| head.contains(" in \"")));
                let by_hand = text.split("\nimpl Section for ").skip(1);
                let names = by_macro.chain(by_hand).filter_map(|rest| rest.split(' ').next());
                found.extend(names.map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn every_section_of_the_settings_belongs_to_one_room() {
    let declared: Vec<_> = ROOMS.iter().flat_map(|room| room.settings).collect();
    let names: Vec<_> = declared.iter().map(|section| section.type_name().to_owned()).collect();
    let different: BTreeSet<_> = names.iter().cloned().collect();
    assert_eq!(different.len(), names.len(), "a section is declared twice in {names:?}");
    assert!(names.len() > 15, "only {names:?} were found");
    assert_eq!(different, made());
    let keys: Vec<_> =
        declared.iter().flat_map(|section| section.keys.iter().map(|key| section.path(key.name))).collect();
    let different: BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), keys.len(), "a key is declared twice in {keys:?}");
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

/// All files below a folder.
fn below(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { below(&path, found) } else { found.push(path) }
    }
}

#[test]
fn a_page_with_dialogs_has_the_module_that_opens_them() {
    let (mut files, mut pages) = (Vec::new(), 0);
    below(&root().join("templates"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        if text.contains("{% extends") && (text.contains("data-open=") || text.contains("data-close")) {
            pages += 1;
            assert!(text.contains("f.asset(\"admin.js\")"), "{} does not load admin.js", file.display());
        }
    }
    assert!(pages > 15, "only {pages} pages with dialogs were found");
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
    assert_eq!(different.len(), words.len(), "duplicate word in {words:?}");
}

fn searches() -> Vec<&'static SearchSource> {
    ROOMS.iter().flat_map(|room| room.search).collect()
}

#[test]
fn every_list_that_takes_a_text_is_a_source_of_searches() {
    let document = openapi::document(&ROUTES).unwrap();
    // What looks for everything is no list of a domain.
    let of_search: Vec<_> =
        zerodesk::web::room::routes(&[&zerodesk::search::ROOM]).into_iter().map(|route| route.path).collect();
    let mut taking = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let parameters = methods["get"]["parameters"].as_array();
        let takes = |parameter: &Value| parameter["name"] == "q" && parameter["in"] == "query";
        if parameters.is_some_and(|parameters| parameters.iter().any(takes))
            && !of_search.contains(&path.as_str())
        {
            taking.insert(path.as_str());
        }
    }
    let declared =
        searches().into_iter().filter(|source| source.parameter == "q" && !source.route.is_empty());
    assert_eq!(declared.map(|source| source.route).collect::<BTreeSet<_>>(), taking);
}

/// The roles that an access admits; all of them where it names none.
fn admitted(access: Access) -> Vec<Role> {
    match access {
        Access::Public | Access::LoggedIn | Access::SettingUp => Role::ALL.to_vec(),
        Access::Keys => Vec::new(),
        Access::Roles(roles)
        | Access::Hidden(roles)
        | Access::ByPolicy(roles, _)
        | Access::Knowing(roles, _) => roles.to_vec(),
    }
}

/// A sampler and somebody of a laboratory, of one body.
fn people_of_a_body(app: &TestApp, officer: &Http) -> [Http; 2] {
    let body = json!({ "name": "检验所", "products": ["C01"], "takes_samples": true });
    let body = officer.post("/api/v1/laboratories", &body).expect(201)["id"].clone();
    ["sampler", "laboratory"].map(|role| {
        let address = format!("{role}@body.example");
        let asked = json!({ "role": role, "name": role, "email": address, "laboratory": body });
        officer.post("/api/v1/accounts", &asked).expect(201);
        crate::people::accept(app, &crate::people::token(app, &address), &format!("the-{role}"))
    })
}

#[test]
fn every_source_of_searches_answers_whom_it_admits() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let operator = app.operator("operator");
    let [sampler, tester] = people_of_a_body(&app, &officer);
    let client = |role: Role| -> &Http {
        match role {
            Role::Enterprise => &talk.enterprise.http,
            Role::Expert => &talk.expert.http,
            Role::Admin => &officer,
            Role::Operator => &operator,
            Role::Sampler => &sampler,
            Role::Laboratory => &tester,
        }
    };
    let mut asked = 0;
    for source in searches() {
        let address = |path: &str| format!("{path}?{}=%E5%90%8D%20x", source.parameter);
        if let Some(route) = ROUTES.iter().find(|route| (route.method, route.path) == ("GET", source.route)) {
            for role in admitted(route.access) {
                // Of something: there is none, whatever is looked for in it.
                if route.path.contains('{') {
                    let path = route.path.replace("{id}", "0190f3a0-0000-7000-8000-000000000000");
                    let path = path.replace("{key}", "440000-2026-999");
                    client(role).get(&address(&path)).expect(404);
                    continue;
                }
                let page = client(role).get(&address(route.path)).expect(200);
                assert!(page["items"].is_array(), "{}: {page}", route.path);
                asked += 1;
            }
        }
        if let Some(row) = all_pages().find(|row| (row.method, row.path) == ("GET", source.page)) {
            for role in admitted(row.access) {
                if row.path.contains('{') {
                    let path = row.path.replace("{id}", "0190f3a0-0000-7000-8000-000000000000");
                    assert_eq!(client(role).get(&address(&path)).status, 404, "{}", row.path);
                    continue;
                }
                let page = client(role).get(&address(row.path));
                assert_eq!(page.status, 200, "{}", row.path);
                assert!(page.text.contains(source.by_zh), "{}: no {}", row.path, source.by_zh);
                asked += 1;
            }
        }
    }
    assert!(asked > 15, "only {asked} searches were made");
}
