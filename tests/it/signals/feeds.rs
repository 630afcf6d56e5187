//! Feeds by their addresses, with the guards of all calls of other people's servers.

use super::{SIGNALS, items};
use crate::support::people::text;
use crate::support::receiver::Answer;
use crate::support::{Http, PATIENCE, Receiver, TestApp};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use std::time::Instant;
use zerodesk::core::Caller;
use zerodesk::settings::{Settings, YesNo};
use zerodesk::signals::feeds::syndication::Entry;
use zerodesk::signals::merge::SweepDoubles;
use zerodesk::signals::settings::FeedSettings;
use zerodesk::signals::subscriptions::read::ReadSignalFeed;

const FEEDS: &str = "/api/v1/signals/feeds";
const RSS: &str = "<rss version=\"2.0\"><channel><title>x</title>\
    <item><title>插座漏电</title><author>张三</author><guid>1</guid><pubDate>Thu, 19 Nov 2026 10:20:00 +0800</pubDate><description>网友“小王爱玩”称 &lt;b&gt;漏电&lt;/b&gt;</description></item>\
    <item><title>明天的新闻</title><guid>2</guid><pubDate>Sun, 22 Nov 2026 10:20:00 +0800</pubDate></item></channel></rss>";

fn local(settings: &mut Settings) {
    let mut feeds = settings.edit::<FeedSettings>();
    feeds.plain_http = YesNo::Yes;
    feeds.allowed_networks = "127.0.0.1".parse().unwrap();
}

fn add(who: &Http, url: &str) -> Value {
    who.post(FEEDS, &json!({ "name": "某某网", "url": url, "source": "opinion" })).expect(201)
}

/// The feed when it was asked for.
#[track_caller]
fn asked(who: &Http, id: &Value, fits: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let feed = who.get(&format!("{FEEDS}/{}", text(id))).expect(200);
        if fits(&feed) {
            return feed;
        }
        assert!(Instant::now() < end, "{feed}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_feed_is_read_without_persons_and_asked_politely_again() {
    let app = TestApp::builder().settings(local).at("2026-11-20T04:00:00Z").start();
    let (officer, receiver) = (app.admin("officer", "440000"), Receiver::start());
    receiver.answer(Answer::of(200).with("etag", "\"v1\"").saying(RSS));
    receiver.always(Answer::of(304));
    let feed = add(&officer, &receiver.url());
    let read = asked(&officer, &feed["id"], |feed| feed["last_at"].is_string());
    assert_eq!(
        (&read["last_status"], &read["last_items"], &read["last_new"]),
        (&json!(200), &json!(2), &json!(1))
    );
    let found = items(&officer, SIGNALS);
    assert_eq!(found.len(), 1, "what is dated in the future is no news");
    let told = found[0].to_string();
    assert!(!told.contains("张三") && !told.contains("小王爱玩") && told.contains("漏电"), "{told}");
    assert_eq!((&found[0]["reliability"], &found[0]["source"]), (&json!("rumour"), &json!("opinion")));
    // Again at once when it is resumed: nothing is new.
    officer.act(&format!("{FEEDS}/{}/pause", text(&feed["id"]))).expect(200);
    officer.act(&format!("{FEEDS}/{}/resume", text(&feed["id"]))).expect(200);
    let calls = receiver.wait(2);
    assert_eq!(calls[1].header("if-none-match"), "\"v1\"");
    let read = asked(&officer, &feed["id"], |feed| feed["last_status"] == 304);
    assert_eq!(read["last_error"], Value::Null);
    assert_eq!(officer.get("/signals/feeds").status, 200);
}

#[test]
fn an_entry_without_a_day_is_no_news_each_day_and_a_feed_is_corrected() {
    let app = TestApp::builder().settings(local).at("2026-11-20T04:00:00Z").start();
    let (officer, receiver) = (app.admin("officer", "440000"), Receiver::start());
    let rss = "<rss><channel><item><title>插座漏电</title><guid>1</guid></item></channel></rss>";
    receiver.always(Answer::of(200).saying(rss));
    let feed = add(&officer, &receiver.url());
    asked(&officer, &feed["id"], |feed| feed["last_new"] == 1);
    app.clock.advance(chrono::Duration::days(1));
    let officer = app.admin("officer-2", "440000");
    let path = format!("{FEEDS}/{}", text(&feed["id"]));
    let body = json!({ "name": "某某日报", "url": receiver.url(), "source": "opinion", "reliability": "attributed" });
    let changed = officer.json("PUT", &path, &body).expect(200);
    assert_eq!((&changed["name"], &changed["reliability"]), (&json!("某某日报"), &json!("attributed")));
    receiver.wait(2);
    asked(&officer, &feed["id"], |feed| feed["last_new"] == 0);
    let found = items(&officer, SIGNALS);
    assert_eq!((found.len(), &found[0]["published_on"]), (1, &json!("2026-11-20")));
    assert_eq!(officer.get(&format!("/signals/feeds/{}", text(&feed["id"]))).status, 200);
    assert_eq!(app.admin("city", "440100").json("PUT", &path, &body).status, 404);
    let bad = json!({ "name": "x", "url": "https://10.0.0.1/", "source": "media" });
    assert_eq!(officer.json("PUT", &path, &bad).expect(422)["errors"][0]["pointer"], "/url");
}

#[test]
fn what_fails_is_shown_and_asked_for_later() {
    let app = TestApp::builder().settings(local).at("2026-11-20T04:00:00Z").start();
    let (officer, receiver) = (app.admin("officer", "440000"), Receiver::start());
    receiver.answer(Answer::of(302).with("location", "http://10.0.0.1/feed"));
    let feed = add(&officer, &receiver.url());
    let read = asked(&officer, &feed["id"], |feed| feed["last_at"].is_string());
    assert!(read["last_error"].as_str().unwrap().contains("not public"), "{read}");
    assert_eq!(read["failures"], 1);
    assert!(read["next_at"].as_str().unwrap() > read["last_at"].as_str().unwrap());
}

#[test]
fn what_can_not_be_stored_is_shown_and_asked_for_later() {
    let app = TestApp::builder().settings(local).at("2026-11-20T04:00:00Z").start();
    let (officer, receiver) = (app.admin("officer", "440000"), Receiver::start());
    receiver.always(Answer::of(200).saying(RSS));
    let mut database = app.database().connect();
    database
        .batch_execute("ALTER TABLE signal ADD CONSTRAINT refused_by_the_test CHECK (title <> '插座漏电')")
        .unwrap();
    let feed = add(&officer, &receiver.url());
    let read = asked(&officer, &feed["id"], |feed| feed["last_at"].is_string());
    assert!(read["last_error"].as_str().unwrap().contains("not be stored"), "{read}");
    assert_eq!(
        (&read["failures"], &read["last_status"], &read["last_new"]),
        (&json!(1), &json!(200), &Value::Null)
    );
    assert_eq!(read["next_at"], "2026-11-20T04:30:00Z", "as after every call that failed");
    database.batch_execute("ALTER TABLE signal DROP CONSTRAINT refused_by_the_test").unwrap();
    officer.act(&format!("{FEEDS}/{}/pause", text(&feed["id"]))).expect(200);
    officer.act(&format!("{FEEDS}/{}/resume", text(&feed["id"]))).expect(200);
    let read = asked(&officer, &feed["id"], |feed| feed["last_new"] == 1);
    assert_eq!((&read["failures"], &read["last_error"]), (&json!(0), &Value::Null));
}

#[test]
fn two_feeds_with_the_same_entry_leave_each_other_s_record() {
    let app = TestApp::builder().settings(local).at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    let rss = "<rss><channel><item><title>插座漏电</title><guid>https://news.example/1</guid>\
        <pubDate>Thu, 19 Nov 2026 10:20:00 +0800</pubDate></item></channel></rss>";
    let receivers = [Receiver::start(), Receiver::start()];
    receivers.iter().for_each(|receiver| receiver.always(Answer::of(200).saying(rss)));
    let [first, second] =
        ["rumour", "attributed"].map(|reliability| (format!("{reliability} 网"), reliability));
    for ((name, reliability), receiver) in [&first, &second].into_iter().zip(&receivers) {
        let body =
            json!({ "name": name, "url": receiver.url(), "source": "opinion", "reliability": reliability });
        let feed = officer.post(FEEDS, &body).expect(201);
        asked(&officer, &feed["id"], |feed| feed["last_new"] == 1);
    }
    // Where the first one was locked as the second came, the job merges them.
    app.app.execute(&Caller::system(), &SweepDoubles {}).unwrap();
    let found = items(&officer, SIGNALS);
    let kept = found.iter().find(|signal| signal["named"]["authority"] == first.0.as_str());
    let kept = kept.unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!((&kept["reliability"], &kept["doubles"]), (&json!("rumour"), &json!(1)), "{kept}");
}

#[test]
fn an_answer_of_the_address_before_is_not_stored() {
    let app = TestApp::builder().settings(local).at("2026-11-20T04:00:00Z").start();
    let (officer, receiver) = (app.admin("officer", "440000"), Receiver::start());
    receiver.always(Answer::of(304));
    let feed = add(&officer, &receiver.url());
    asked(&officer, &feed["id"], |feed| feed["last_status"] == 304);
    let answer = |url: String| ReadSignalFeed {
        id: serde_json::from_value(feed["id"].clone()).unwrap(),
        url,
        status: Some(200),
        error: None,
        etag: None,
        last_modified: None,
        wait_seconds: None,
        entries: vec![Entry { id: "1".to_owned(), title: "插座漏电".to_owned(), ..Entry::default() }],
    };
    let stored = |url: String| app.app.execute(&Caller::system(), &answer(url)).unwrap();
    assert_eq!(stored("https://news.example/before".to_owned()), 0);
    assert_eq!(items(&officer, SIGNALS).len(), 0);
    assert_eq!(officer.get(&format!("{FEEDS}/{}", text(&feed["id"]))).expect(200)["last_items"], Value::Null);
    assert_eq!(stored(receiver.url()), 1);
    assert_eq!(items(&officer, SIGNALS).len(), 1);
}

#[test]
fn feeds_that_are_registered_at_the_same_time_stay_within_the_limit() {
    let limited = |settings: &mut Settings| {
        local(settings);
        settings.edit::<FeedSettings>().per_province = 3;
    };
    let app = TestApp::builder().settings(limited).at("2026-11-20T04:00:00Z").start();
    let (officer, receiver) = (app.admin("officer", "440000"), Receiver::start());
    let body = |number: i32| {
        let url = format!("http://127.0.0.1:{}/{number}", receiver.port());
        json!({ "name": "某某网", "url": url, "source": "opinion" })
    };
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads = [1, 2, 3, 4, 5, 6].map(|number| {
            let (officer, body) = (&officer, body(number));
            scope.spawn(move || officer.post(FEEDS, &body).status)
        });
        threads.map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 3, "{statuses:?}");
    assert_eq!(items(&officer, FEEDS).len(), 3);
}

#[test]
fn private_addresses_are_refused_and_only_the_province_keeps_feeds() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("city-officer", "440100"));
    for url in [
        "http://news.example/rss",
        "https://127.0.0.1/rss",
        "https://10.1.2.3/",
        "https://[::1]/",
        "ftp://x/",
        "x",
        "https://u:p@news.example/",
    ] {
        let refused =
            province.post(FEEDS, &json!({ "name": "x", "url": url, "source": "media" })).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/url", "{url}");
    }
    let body = json!({ "name": "x", "url": "https://news.example/rss", "source": "media" });
    assert_eq!(city.post(FEEDS, &body).status, 403);
    let feed = province.post(FEEDS, &body).expect(201);
    assert_eq!(province.post(FEEDS, &body).expect(409)["code"], "signal_feed_taken");
    assert_eq!(city.get(&format!("{FEEDS}/{}", text(&feed["id"]))).status, 404);
    let paused = province.act(&format!("{FEEDS}/{}/pause", text(&feed["id"]))).expect(200);
    assert_eq!(paused["paused"], true);
}
