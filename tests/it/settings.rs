//! How settings are loaded: layers, unknown keys, checks, the report.

use zerodesk::chat::settings::ChatSettings;
use zerodesk::db::settings::{DatabaseSettings, PostgresSettings};
use zerodesk::server::{SECTIONS, load_settings};
use zerodesk::settings::kind::Kind;
use zerodesk::settings::{
    DeclaredSection, LoadOptions, Mode, Origin, ProcessSettings, ServerSettings, TokenKeys,
};

const SECRET: &str = "a-secret-of-thirty-two-bytes-or-more";

fn env(pairs: &[(&str, &str)]) -> LoadOptions {
    LoadOptions {
        env: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..LoadOptions::default()
    }
}

fn file(text: &str) -> (tempfile::TempDir, LoadOptions) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("settings.toml");
    std::fs::write(&path, text).unwrap();
    let options = LoadOptions { file: Some(path), ..LoadOptions::default() };
    (dir, options)
}

fn refusal(options: LoadOptions) -> String {
    load_settings(options).unwrap_err().to_string()
}

/// The keys that hold numbers.
fn numbers() -> Vec<String> {
    let of = |section: &DeclaredSection| {
        let numbers = section.keys.iter().filter(|key| matches!(key.kind, Kind::Integer(..)));
        numbers.map(|key| section.path(key.name)).collect::<Vec<_>>()
    };
    SECTIONS.iter().flat_map(of).collect()
}

#[test]
fn the_defaults_load_and_are_valid() {
    let settings = load_settings(LoadOptions::default()).unwrap();
    assert_eq!(settings.section::<ProcessSettings>().mode, Mode::Development);
    assert_eq!(settings.section::<ServerSettings>().port, 8080);
    assert_eq!(settings.section::<ServerSettings>().public_url(8080), "http://127.0.0.1:8080");
    assert_eq!(settings.section::<TokenKeys>().keys[0].kid, "development");
    assert_eq!(settings.section::<PostgresSettings>().bin_dir(), None);
    assert!(settings.section::<DatabaseSettings>().url.is_empty());
    assert!(settings.section::<ServerSettings>().worker_count() >= 1);
}

#[test]
fn the_environment_wins_over_the_file_which_wins_over_the_defaults() {
    let (_dir, mut options) = file("[server]\nport = 9000\nhost = \"::1\"\n[chat]\nsockets_per_user = 3\n");
    options.env = env(&[("ZERODESK_SERVER__PORT", "9001"), ("ZERODESK_FANOUT", "local")]).env;
    let settings = load_settings(options).unwrap();
    assert_eq!(settings.section::<ServerSettings>().port, 9001);
    assert_eq!(settings.section::<ServerSettings>().public_url(9001), "http://[::1]:9001");
    assert_eq!(settings.section::<ChatSettings>().sockets_per_user, 3);
    assert_eq!(settings.section::<ChatSettings>().max_body_chars, 8000);
    assert_eq!(settings.origin("server.port"), Origin::Env("ZERODESK_SERVER__PORT".to_owned()));
    assert!(matches!(settings.origin("chat.sockets_per_user"), Origin::File(_, 5)));
    assert_eq!(settings.origin("chat.max_body_chars"), Origin::Default);
}

#[test]
fn a_file_is_found_by_variable_or_in_the_folder_and_a_named_one_must_exist() {
    let (dir, options) = file("mode = \"development\"\n[server]\nport = 1\n");
    let path = options.file.unwrap();
    let by_variable = env(&[("ZERODESK_CONFIG", path.to_str().unwrap())]);
    assert_eq!(load_settings(by_variable).unwrap().section::<ServerSettings>().port, 1);

    let in_folder = LoadOptions { dir: Some(dir.path().to_owned()), ..LoadOptions::default() };
    assert_eq!(load_settings(in_folder.clone()).unwrap().section::<ServerSettings>().port, 8080);
    std::fs::rename(&path, dir.path().join("zerodesk.toml")).unwrap();
    assert_eq!(load_settings(in_folder).unwrap().section::<ServerSettings>().port, 1);

    let missing = LoadOptions { file: Some(path), ..LoadOptions::default() };
    assert!(refusal(missing).contains("settings.toml can't be read"));
}

#[test]
fn database_url_is_the_weaker_name() {
    let both = env(&[("DATABASE_URL", "postgresql://a/x"), ("ZERODESK_DATABASE_URL", "postgresql://b/x")]);
    let url = |options| load_settings(options).unwrap().section::<DatabaseSettings>().url.expose().to_owned();
    assert_eq!(url(both), "postgresql://b/x");
    assert_eq!(url(env(&[("DATABASE_URL", "postgresql://a/x")])), "postgresql://a/x");
    assert_eq!(url(env(&[("DATABASE_URL", "")])), "");
}

#[test]
fn unknown_keys_are_named_with_their_place_and_the_nearest_key() {
    let (_dir, options) = file("colour = 1\n[server]\nprot = 1\n[sever]\nport = 1\n");
    let text = refusal(options);
    assert!(text.contains("server.prot: no such key; did you mean server.port?"), "{text}");
    assert!(text.contains("settings.toml line 3"), "{text}");
    assert!(text.contains("sever: no such key"), "{text}");
    assert!(text.contains("colour: no such key ("), "{text}");

    let text = refusal(env(&[("ZERODESK_SMTP_HOST", "x"), ("ZERODESK_ZZZ", "x")]));
    assert!(
        text.contains("ZERODESK_SMTP_HOST: no such setting; did you mean ZERODESK_MAIL__SMTP_HOST?"),
        "{text}"
    );
    assert!(text.contains("ZERODESK_ZZZ: no such setting ("), "{text}");

    let (_dir, options) = file("\"server.port\" = 1\n");
    assert!(refusal(options).contains("server.port: no such key"));
    let (_dir, options) = file("server = 1\n");
    assert!(refusal(options).contains("server: this is a section"));
}

#[test]
fn wrong_types_choices_and_ranges_name_the_key_and_what_is_wanted() {
    let (_dir, options) = file(
        "mode = \"prod\"\n[server]\nport = \"80\"\nmax_json_bytes = 1\n[auth]\nkeys = [{kid = \"hush\"}]\n\
         [mail]\nsmtp_password = 123456789\n",
    );
    let text = refusal(options);
    for part in [
        "mode: one of \"development\", \"production\" wanted, \"prod\" found",
        "server.port: a whole number from 0 to 65535 wanted, a value of type string found",
        "server.max_json_bytes: a whole number from 1024 to 16777216 wanted, 1 found",
        "auth.keys: a list of {kid, secret} wanted",
        "mail.smtp_password: text wanted, a value of type integer found",
    ] {
        assert!(text.contains(part), "{part} not in {text}");
    }
    assert!(!text.contains("hush") && !text.contains("123456789"), "{text}");

    let text = refusal(env(&[("ZERODESK_SERVER_PORT", "eighty"), ("ZERODESK_FANOUT", "kafka")]));
    assert!(text.contains("server.port: a whole number from 0 to 65535 wanted, \"eighty\" found"));
    assert!(text.contains("fanout: one of \"local\", \"nats\" wanted"));
}

#[test]
fn broken_toml_is_refused_by_line_without_showing_it() {
    let (_dir, options) = file("[mail]\nsmtp_password = \"hunter2\n");
    let text = refusal(options);
    assert!(text.contains("line 2") && !text.contains("hunter2"), "{text}");
}

#[test]
fn two_spellings_of_one_key_must_agree() {
    let text = refusal(env(&[("ZERODESK_SERVER_PORT", "1"), ("ZERODESK_SERVER__PORT", "2")]));
    assert!(text.contains("server.port: set by ZERODESK_SERVER_PORT as well"), "{text}");
    let same = env(&[("ZERODESK_SERVER_PORT", "1"), ("ZERODESK_SERVER__PORT", "1")]);
    assert_eq!(load_settings(same).unwrap().section::<ServerSettings>().port, 1);
}

#[test]
fn the_public_address_is_scheme_host_and_port() {
    for good in ["https://desk.example", "https://desk.example/", "http://10.0.0.1:8080", "http://[::1]:8080"]
    {
        load_settings(env(&[("ZERODESK_SERVER_PUBLIC_URL", good)])).unwrap();
    }
    for (bad, why) in [
        ("desk.example", "must begin with http"),
        ("https://", "needs a host"),
        ("https://:8443", "needs a host"),
        ("https://desk.example:99999", "needs a host"),
        ("https://desk example", "needs a host"),
        ("https://me@desk.example", "without user"),
        ("https://me:secret@desk.example", "without user"),
        ("https://desk.example/zerodesk", "without user, path"),
        ("https://desk.example//", "without user, path"),
        ("https://desk.example?a=b", "without user, path"),
        ("https://desk.example#top", "without user, path"),
    ] {
        let text = refusal(env(&[("ZERODESK_SERVER_PUBLIC_URL", bad)]));
        assert!(text.contains("server.public_url") && text.contains(why), "{bad}: {text}");
    }
}

#[test]
fn keys_of_a_later_layer_replace_the_development_key() {
    let settings = load_settings(env(&[("ZERODESK_AUTH_KEYS", "b:two:2, a:one")])).unwrap();
    let keys: Vec<_> = settings
        .section::<TokenKeys>()
        .keys
        .iter()
        .map(|key| (key.kid.as_str(), key.secret.expose()))
        .collect();
    assert_eq!(keys, [("b", "two:2"), ("a", "one")]);
    let (_dir, options) = file("[[auth.keys]]\nkid = \"c\"\nsecret = \"three\"\n");
    let settings = load_settings(options).unwrap();
    assert_eq!(settings.section::<TokenKeys>().keys.len(), 1);
    assert!(refusal(env(&[("ZERODESK_AUTH_KEYS", "x:y,x:z")])).contains("same kid"));
    let text = refusal(env(&[("ZERODESK_AUTH_KEYS", "nocolon")]));
    assert!(text.contains("auth.keys") && !text.contains("nocolon"), "{text}");
}

#[test]
fn production_reports_all_refused_settings_at_once() {
    let text = refusal(env(&[("ZERODESK_MODE", "production")]));
    assert!(text.contains("auth.keys: the development key is refused"), "{text}");
    assert!(text.contains("mail.transport: \"log\" sends nothing"), "{text}");
    assert!(text.contains("server.public_url: production needs the address"), "{text}");

    let renamed = "own:zerodesk-development-key-that-everyone-knows,old:short";
    let text = refusal(env(&[("ZERODESK_MODE", "production"), ("ZERODESK_AUTH_KEYS", renamed)]));
    assert!(text.contains("the development key is refused"), "{text}");
    assert!(text.contains("kid \"old\" is shorter than 32 bytes"), "{text}");
    assert!(!text.contains("everyone-knows"), "{text}");

    let good = env(&[
        ("ZERODESK_MODE", "production"),
        ("ZERODESK_AUTH_KEYS", &format!("2026:{SECRET}")),
        ("ZERODESK_MAIL_TRANSPORT", "smtp"),
        ("ZERODESK_MAIL_SMTP_HOST", "mail.example.org"),
        ("ZERODESK_SERVER_PUBLIC_URL", "https://desk.example"),
        ("ZERODESK_SERVER_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
    ]);
    assert!(load_settings(good).unwrap().is_production());
}

#[test]
fn rules_between_keys_are_checked() {
    let text = refusal(env(&[
        ("ZERODESK_FANOUT", "nats"),
        ("ZERODESK_MAIL_TRANSPORT", "smtp"),
        ("DATABASE_URL", "mysql://u:hunter2@x"),
    ]));
    for key in ["nats.url", "mail.smtp_host", "database.url"] {
        assert!(text.contains(&format!("\n  {key}: ")), "{key} not in {text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_score_needs_a_weight_and_shares_that_add_up() {
    let weights = numbers().into_iter().filter(|key| key.starts_with("matching.weight_"));
    let names: Vec<String> =
        weights.map(|key| format!("ZERODESK_{}", key.replace('.', "__").to_uppercase())).collect();
    assert_eq!(names.len(), 7);
    let none: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "0")).collect();
    assert!(refusal(env(&none)).contains("one of the weights at least"));
    assert!(load_settings(env(&none[1..])).is_ok());
    let text = refusal(env(&[
        ("ZERODESK_MATCHING_SPECIALTY_CLASS_PERCENT", "20"),
        ("ZERODESK_MATCHING_SPECIALTY_LEVEL_PERCENT", "90"),
        ("ZERODESK_MATCHING_REGION_CITY_PERCENT", "30"),
    ]));
    for key in ["specialty_related_percent", "specialty_items_percent", "region_province_percent"] {
        assert!(text.contains(&format!("\n  matching.{key}: ")), "{key} not in {text}");
    }
    assert!(refusal(env(&[("ZERODESK_MATCHING_WEIGHT_LOAD", "-1")])).contains("matching.weight_load"));
}

#[test]
fn changed_settings_can_be_validated_again() {
    let mut settings = load_settings(LoadOptions::default()).unwrap();
    settings.edit::<ChatSettings>().sockets_per_user = 0;
    settings.edit::<TokenKeys>().keys.clear();
    let text = settings.validate().unwrap_err().to_string();
    assert!(text.contains("chat.sockets_per_user") && text.contains("auth.keys"), "{text}");
}

#[test]
fn the_report_has_every_key_and_no_secret() {
    let settings = load_settings(env(&[
        ("ZERODESK_AUTH_KEYS", &format!("2026:{SECRET}")),
        ("DATABASE_URL", "postgresql://u:hunter2@x/y"),
    ]))
    .unwrap();
    let report = settings.check_config_report();
    assert!(!report.contains(SECRET) && !report.contains("hunter2"), "{report}");
    assert!(!format!("{settings:?}").contains("hunter2"));
    assert!(report.contains("environment variable DATABASE_URL"), "{report}");
    assert!(report.starts_with("data_dir = \"var\""), "{report}");
    for key in numbers() {
        assert!(report.contains(&format!("{key} = ")), "{key}");
    }
    let assumed = report.split("# Provisional: ").nth(1).unwrap();
    assert!(assumed.contains("#   conduct.rules[credit-2021-trial]: "), "{assumed}");
    for key in
        ["vouchers.most_per_enterprise_yuan", "vouchers.most_vouchers", "online_sessions.longest_minutes"]
    {
        assert!(assumed.contains(&format!("#   {key}: ")), "{key}: {assumed}");
    }
    assert!(!assumed.contains("terms.challenge"), "what the law says is not assumed: {assumed}");
}

#[test]
fn a_key_that_was_removed_is_unknown() {
    let (_dir, options) = file("[chat]\nwriters = 2\n");
    assert!(refusal(options).contains("chat.writers: no such key"));
}

#[test]
fn ranges_are_not_empty_and_hold_the_built_in_values() {
    assert!(numbers().len() > 40);
    for section in SECTIONS.iter() {
        for (key, value) in section.keys.iter().zip((section.built_in_texts)()) {
            if let Kind::Integer(least, greatest) = key.kind {
                let path = section.path(key.name);
                assert!(least < greatest, "{path}");
                assert!((least..=greatest).contains(&value.parse().unwrap()), "{path}: {value}");
            }
        }
    }
}
