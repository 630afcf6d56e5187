//! Recordings of samplings: a nonce, segments in a hash chain, what is noted of them, views with a log, the custody of the sample, figures.

mod custody;
mod external;
mod periods;
mod views;

use chrono::{DateTime, Duration, Utc};
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::people::{Enterprise, text};
use crate::support::{Http, Reply, TestApp};

/// In hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// A small file that begins as a WebM film does.
pub fn film(n: u32) -> Vec<u8> {
    let mut film = b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm".to_vec();
    film.resize(400, 0);
    film.extend(n.to_be_bytes());
    film
}

/// An inspection with all who have to do with it.
pub struct World {
    pub app: TestApp,
    pub officer: Http,
    pub elsewhere: Http,
    pub sampler: Http,
    /// Another one of the same body.
    pub colleague: Http,
    pub laboratory: Http,
    pub enterprise: Enterprise,
    pub stranger: Enterprise,
    pub inspection: String,
    body: String,
}

impl World {
    /// The path of the inspection.
    pub fn path(&self) -> String {
        format!("/api/v1/inspections/{}", self.inspection)
    }

    pub fn manifest(&self, who: &Http) -> Value {
        who.get(&format!("{}/recordings/manifest", self.path())).expect(200)
    }

    /// Runs SQL as the owner of the database.
    pub fn sql(&self, sql: &str) {
        self.app.database().connect().batch_execute(sql).unwrap();
    }

    /// Another inspection at the same enterprise.
    pub fn inspect(&self, number: &str) -> String {
        let id = uuid::Uuid::now_v7();
        let (enterprise, body, now) = (&self.enterprise.id, &self.body, self.app.now().to_rfc3339());
        self.sql(&format!(
            "INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, operator_id, place_region, product_kind,
                 laboratory_id, sampler_id, sampled_on, source, version, created_at, updated_at)
             SELECT '{id}', '{number}', '440100', 'sampling', 'routine', 'municipal', 'sampled', 'producer', '{enterprise}', '440103', 'K0101',
                 l.id, s.id, '{now}'::date, 'officer', 1, '{now}', '{now}'
             FROM laboratory s, laboratory l WHERE s.id = '{body}' AND l.name = '检验所';
             INSERT INTO inspection_subject (inspection_id, operator_name, product_name) VALUES ('{id}', '被抽企业', '充电宝');"
        ));
        id.to_string()
    }

    /// Somebody of the body that takes samples, or of the laboratory.
    fn person(&self, name: &str, role: &str, body: &str) -> Http {
        let http = self.app.admin(name, "440000");
        self.sql(&format!(
            "UPDATE account SET role = '{role}', region = NULL, laboratory_id = (SELECT id FROM laboratory WHERE name = '{body}')
             WHERE username = '{name}'"
        ));
        http
    }
}

/// A service with an inspection at an enterprise in Yuexiu.
pub fn world() -> World {
    world_of(TestApp::start())
}

pub fn world_of(app: TestApp) -> World {
    let officer = app.admin("officer", "440100");
    let province = app.admin("province", "440000");
    let elsewhere = app.admin("elsewhere", "440300");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let stranger = app.claimed_enterprise(2, "440103", "K0101");
    let laboratory = |name: &str, takes: bool| {
        let body = json!({ "name": name, "products": ["C01"], "serves": ["440000"], "capacity": 100, "takes_samples": takes });
        text(&province.post("/api/v1/laboratories", &body).expect(201)["id"])
    };
    let body = laboratory("抽样队", true);
    laboratory("检验所", false);
    let nobody = officer.clone();
    let mut world = World {
        sampler: nobody.clone(),
        colleague: nobody.clone(),
        laboratory: nobody,
        inspection: String::new(),
        app,
        officer,
        elsewhere,
        enterprise,
        stranger,
        body,
    };
    world.sampler = world.person("sampler-1", "sampler", "抽样队");
    world.colleague = world.person("sampler-2", "sampler", "抽样队");
    world.laboratory = world.person("tester", "laboratory", "检验所");
    world.inspection = world.inspect("CY-001");
    world
}

/// A recording as its device makes it.
pub struct Device {
    pub id: String,
    pub path: String,
    pub nonce: String,
    pub last: String,
    pub seq: i32,
}

/// Begins a recording.
pub fn begin(world: &World, who: &Http) -> Device {
    begin_at(world, who, world.app.now())
}

pub fn begin_at(world: &World, who: &Http, clock: DateTime<Utc>) -> Device {
    let body = json!({ "device_id": "phone-1", "device_time": clock, "channel": "store" });
    let begun = who.post(&format!("{}/recordings", world.path()), &body).expect(201);
    let nonce = text(&begun["recording"]["nonce"]);
    let id = text(&begun["recording"]["id"]);
    Device { path: format!("/api/v1/recordings/{id}"), id, last: nonce.clone(), nonce, seq: 0 }
}

/// A segment of ten seconds that begins at a moment of the device's clock, within Guangzhou.
pub fn segment(device: &mut Device, n: u32, starts: DateTime<Utc>, attachment: &str) -> Value {
    device.seq += 1;
    let sha = sha256(&film(n));
    let body = json!({
        "device_id": "phone-1", "seq": device.seq, "sha256": sha, "previous_sha256": device.last, "starts_at": starts, "duration_ms": 10_000,
        "place": { "latitude": 23.13, "longitude": 113.27, "accuracy": 8.0 }, "shots": ["licence", "taking"], "attachment": attachment,
    });
    device.last = sha;
    body
}

pub fn upload(who: &Http, bytes: &[u8]) -> String {
    text(&who.upload("/api/v1/attachments", "film.webm", bytes, &[]).expect(201)["id"])
}

pub fn send(who: &Http, device: &Device, body: &Value) -> Reply {
    who.post(&format!("{}/segments", device.path), body)
}

/// Films some segments one behind the other and sends them.
pub fn filmed(world: &World, who: &Http, device: &mut Device, first: u32, count: u32) {
    for n in first..first + count {
        let starts = world.app.now() + Duration::seconds(i64::from(device.seq) * 10);
        let body = segment(device, n, starts, &upload(who, &film(n)));
        world.app.clock.advance(Duration::seconds(10));
        send(who, device, &body).expect(201);
        world.app.clock.advance(Duration::seconds(-10));
    }
}

fn flags(segment: &Value) -> Vec<String> {
    segment["flags"].as_array().unwrap().iter().map(text).collect()
}

#[test]
fn a_recording_is_a_chain_from_the_nonce_to_its_end() {
    let world = world();
    let who = &world.sampler;
    let mut device = begin(&world, who);
    let begun = who.get(&device.path).expect(200);
    assert_eq!(device.nonce.len(), 64);
    let number = u32::from_str_radix(&device.nonce[..4], 16).unwrap() % 10_000;
    assert!(text(&begun["words"]).starts_with(&format!("{number:04} ")), "{begun}");
    assert_eq!(begun["chain"]["state"], "empty");
    filmed(&world, who, &mut device, 1, 3);
    let open = who.get(&device.path).expect(200);
    assert_eq!((&open["chain"]["state"], &open["chain"]["seconds"]), (&json!("incomplete"), &json!(30)));
    let end = json!({ "device_id": "phone-1", "segments": 3 });
    let closed = who.post(&format!("{}/close", device.path), &end).expect(200);
    assert_eq!(closed["chain"]["state"], "unbroken");
    assert_eq!(closed["segments"][0]["previous_sha256"], json!(device.nonce));
    for segment in closed["segments"].as_array().unwrap() {
        assert_eq!(flags(segment), Vec::<String>::new(), "{segment}");
    }
    // Again is well; another number is not.
    who.post(&format!("{}/close", device.path), &end).expect(200);
    let other =
        who.post(&format!("{}/close", device.path), &json!({ "device_id": "phone-1", "segments": 9 }));
    assert_eq!(other.refusal(), (409, "recording_state".to_owned()));
    let manifest = world.manifest(&world.officer);
    assert_eq!(manifest["chain"], "unbroken");
    let taken: Vec<&Value> = manifest["shots"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|shot| shot["taken"] == true)
        .map(|shot| &shot["shot"])
        .collect();
    assert_eq!(taken, ["licence", "taking"]);
    let listed = world.officer.get("/api/v1/recordings").expect(200);
    let row = &listed["items"][0];
    assert_eq!(
        (&row["chain"], &row["segments"], &row["seconds"], &row["shots_missing"], &row["flagged"]),
        (&json!("unbroken"), &json!(3), &json!(30), &json!(6), &json!(0))
    );
}

#[test]
fn segments_come_late_and_out_of_order_and_what_is_missing_shows() {
    let world = world();
    let who = &world.sampler;
    let mut device = begin(&world, who);
    let starts = world.app.now();
    let made: Vec<Value> = (1..=4_u32)
        .map(|n| {
            segment(&mut device, n, starts + Duration::seconds(i64::from(n) * 10), &upload(who, &film(n)))
        })
        .collect();
    world.app.clock.advance(Duration::minutes(2));
    send(who, &device, &made[3]).expect(201);
    send(who, &device, &made[0]).expect(201);
    // Its answer was lost: it is the same once more.
    let again = send(who, &device, &made[0]).expect(201);
    assert_eq!(again["seq"], 1);
    who.post(&format!("{}/close", device.path), &json!({ "device_id": "phone-1", "segments": 4 }))
        .expect(200);
    let open = who.get(&device.path).expect(200);
    assert_eq!((&open["chain"]["state"], &open["chain"]["missing"]), (&json!("incomplete"), &json!([2, 3])));
    // Two days later the rest comes: the chain is whole, and the lateness stays.
    world.app.clock.advance(Duration::days(2));
    let late_who = &world.app.http().log_in("sampler-1", crate::support::people::PASSWORD);
    for n in [2_u32, 1] {
        let at = usize::try_from(n).unwrap();
        let mut body = made[at].clone();
        body["attachment"] = json!(upload(late_who, &film(n + 1)));
        let view = send(late_who, &device, &body);
        assert_eq!(flags(&view.expect(201)), ["late"]);
    }
    let officer = world.app.http().log_in("officer", crate::support::people::PASSWORD);
    let manifest = world.manifest(&officer);
    assert_eq!(
        (&manifest["chain"], &manifest["recordings"][0]["chain"]["missing"]),
        (&json!("unbroken"), &json!([]))
    );
    let report = officer.get("/api/v1/reports/recordings").expect(200);
    assert_eq!(
        (
            &report["figures"]["sampled"],
            &report["figures"]["recorded"],
            &report["figures"]["late"],
            &report["figures"]["unbroken"]
        ),
        (&json!(1), &json!(1), &json!(1), &json!(1))
    );
    assert_eq!((&report["figures"]["all_shots"], &report["late_hours"]), (&json!(0), &json!(24)));
}

#[test]
fn a_broken_chain_is_said_and_a_gap_is_drawn() {
    let world = world();
    let who = &world.sampler;
    let mut device = begin(&world, who);
    filmed(&world, who, &mut device, 1, 1);
    device.last = sha256(b"another film");
    let body = segment(&mut device, 2, world.app.now() + Duration::seconds(190), &upload(who, &film(2)));
    world.app.clock.advance(Duration::seconds(210));
    send(who, &device, &body).expect(201);
    let chain = &who.get(&device.path).expect(200)["chain"];
    assert_eq!((&chain["state"], &chain["broken"]), (&json!("broken"), &json!([2])));
    assert_eq!((&chain["gaps"][0]["before_seq"], &chain["gaps"][0]["seconds"]), (&json!(2), &json!(180)));
    let row = &world.officer.get("/api/v1/recordings?chain=broken").expect(200)["items"][0];
    assert_eq!((&row["gaps"], &row["chain"]), (&json!(1), &json!("broken")));
    let page = world.officer.get(&format!("/inspections/{}/recording", world.inspection));
    assert!(page.text.contains("与前一段不衔接") && page.text.contains("class=\"gap\""), "{}", page.text);
}

#[test]
fn another_device_another_person_and_another_file_are_refused() {
    let world = world();
    let who = &world.sampler;
    let mut device = begin(&world, who);
    let now = world.app.now();
    let body = segment(&mut device, 1, now, &upload(who, &film(1)));
    let mut other = body.clone();
    other["device_id"] = json!("phone-2");
    assert_eq!(send(who, &device, &other).refusal(), (409, "recording_device".to_owned()));
    // A colleague knows of it, and may not add to another's nonce.
    let mut theirs = body.clone();
    theirs["attachment"] = json!(upload(&world.colleague, &film(1)));
    assert_eq!(send(&world.colleague, &device, &theirs).status, 403);
    assert_eq!(send(&world.enterprise.http, &device, &theirs).status, 403);
    for stranger in [&world.stranger.http, &world.elsewhere] {
        assert_eq!(send(stranger, &device, &theirs).status, 404);
        assert_eq!(stranger.get(&device.path).status, 404);
    }
    // A file that was encoded anew has another hash than the device computed.
    let mut encoded = body.clone();
    encoded["attachment"] = json!(upload(who, &film(77)));
    let refused = send(who, &device, &encoded);
    assert_eq!((refused.status, &refused.json()["errors"][0]["pointer"]), (422, &json!("/sha256")));
    // Of a colleague's file nothing is known.
    let mut foreign = body.clone();
    foreign["attachment"] = json!(upload(&world.colleague, &film(1)));
    assert_eq!(send(who, &device, &foreign).json()["errors"][0]["pointer"], "/attachment");
    send(who, &device, &body).expect(201);
    // In its place comes nothing else, and it comes nowhere else.
    let mut replaced = segment(&mut device, 5, now, &upload(who, &film(5)));
    replaced["seq"] = json!(1);
    assert_eq!(send(who, &device, &replaced).refusal(), (409, "recording_segment_taken".to_owned()));
    let mut second = begin(&world, who);
    let reused = segment(&mut second, 1, now, &upload(who, &film(1)));
    assert_eq!(send(who, &second, &reused).refusal(), (409, "recording_segment_taken".to_owned()));
    // Bad input names its field.
    let mut bad = segment(&mut second, 8, now, &upload(who, &film(8)));
    bad["sha256"] = json!("zz");
    bad["seq"] = json!(0);
    bad["place"]["latitude"] = json!(95.0);
    let pointers: Vec<String> = send(who, &second, &bad).expect(422)["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| text(&e["pointer"]))
        .collect();
    assert_eq!(pointers, ["/sha256", "/seq", "/place/latitude"]);
    // The file is in no other place from then on.
    let direct = who.get(&format!("/api/v1/attachments/{}", text(&body["attachment"])));
    assert_eq!(direct.status, 404, "only within a view");
}

#[test]
fn what_weakens_a_segment_is_noted() {
    let world = world();
    let who = &world.sampler;
    let now = world.app.now();
    // The clock of the device is three years slow; its times are put right, and it is said.
    let mut slow = begin_at(&world, who, now - Duration::days(1_095));
    let mut body =
        segment(&mut slow, 1, now - Duration::days(1_095) + Duration::seconds(1), &upload(who, &film(1)));
    body["place"] = Value::Null;
    world.app.clock.advance(Duration::minutes(1));
    let seen = send(who, &slow, &body).expect(201);
    assert_eq!(flags(&seen), ["clock_off", "place_missing"]);
    let moment: DateTime<Utc> = text(&seen["starts_at"]).parse().unwrap();
    assert_eq!(moment, now + Duration::seconds(1));
    let mut device = begin(&world, who);
    let mut nowhere = segment(&mut device, 2, world.app.now(), &upload(who, &film(2)));
    nowhere["place"] = json!({ "latitude": 0.0, "longitude": 0.0 });
    let mut beijing =
        segment(&mut device, 3, world.app.now() + Duration::seconds(10), &upload(who, &film(3)));
    beijing["place"] = json!({ "latitude": 39.9, "longitude": 116.4 });
    let earlier = segment(&mut device, 4, world.app.now() - Duration::hours(1), &upload(who, &film(4)));
    world.app.clock.advance(Duration::minutes(1));
    assert_eq!(flags(&send(who, &device, &nowhere).expect(201)), ["place_zero"]);
    assert_eq!(flags(&send(who, &device, &beijing).expect(201)), ["place_outside"]);
    assert_eq!(flags(&send(who, &device, &earlier).expect(201)), ["before_nonce"]);
    // Once the result is known what comes says so.
    world.sql("UPDATE inspection SET reported_on = '2020-01-01', state = 'reported', updated_at = now()");
    let after = segment(&mut device, 6, world.app.now(), &upload(who, &film(6)));
    world.app.clock.advance(Duration::minutes(1));
    assert_eq!(flags(&send(who, &device, &after).expect(201)), ["after_result"]);
}

#[test]
fn officers_list_what_they_may_know_of() {
    let world = world();
    begin(&world, &world.sampler);
    let second = world.inspect("CY-002");
    world.sql(&format!(
        "UPDATE inspection SET organiser_region = '440300', place_region = '440305' WHERE id = '{second}'"
    ));
    let start = json!({ "device_id": "phone-9", "device_time": world.app.now() });
    world.sampler.post(&format!("/api/v1/inspections/{second}/recordings"), &start).expect(201);
    for (who, name) in [
        (&world.officer, "city"),
        (&world.elsewhere, "elsewhere"),
        (&world.app.admin("all", "440000"), "province"),
    ] {
        let listed: Vec<String> = who.get("/api/v1/recordings").expect(200)["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| text(&row["inspection"]))
            .collect();
        for inspection in [&world.inspection, &second] {
            let known =
                who.get(&format!("/api/v1/inspections/{inspection}/recordings/manifest")).status == 200;
            assert_eq!(known, listed.contains(inspection), "{name}");
        }
    }
    for who in [&world.sampler, &world.enterprise.http, &world.laboratory] {
        assert_eq!(who.get("/api/v1/recordings").status, 403);
        assert_eq!(who.get("/api/v1/reports/recordings").status, 403);
        assert_eq!(who.get(&format!("/inspections/{}/recording", world.inspection)).status, 200);
    }
    assert_eq!(world.sampler.get(&format!("/sampling-tasks/{}/record", world.inspection)).status, 200);
    assert_eq!(
        world.enterprise.http.get(&format!("/sampling-tasks/{}/record", world.inspection)).status,
        403
    );
    let page = world.sampler.get(&format!("/sampling-tasks/{}/record", world.inspection));
    assert!(page.header("permissions-policy").contains("camera=(self)"));
    assert!(world.officer.get("/recordings").text.contains("被抽企业"));
}
