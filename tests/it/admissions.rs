//! A credit code that the register has and the rule refuses is let in by an officer, with a reason, marked so and counted.

use serde_json::{Value, json};

use crate::support::csv::{file, row, uscc};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};
use zerodesk::zero_out::import::Column;

const ADMISSIONS: &str = "/api/v1/uscc-admissions";
/// Another check character than the rule's, as the register has it.
const CODE: &str = "91350203B34F4L2UX3";
const LIST: &[u8] = include_bytes!("zero_out/cases/registered-but-nonstandard-check.csv");

fn start() -> (TestApp, Http) {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer-gz", "440100");
    (app, officer)
}

fn body(code: &str) -> Value {
    json!({ "uscc": code, "reason": "执照与登记系统一致", "checked_in": "国家企业信用信息公示系统，2026-11-20" })
}

fn counts(import: &Value) -> [i64; 4] {
    ["inserted", "updated", "unchanged", "rejected"].map(|key| import[key].as_i64().unwrap())
}

/// The list of the case, with a mail address for the claim.
fn with_address() -> Vec<u8> {
    let text = String::from_utf8(LIST.to_vec()).unwrap().replace(['\r', '\u{feff}'], "");
    let (head, record) = text.trim_end().split_once('\n').unwrap();
    format!("{head},contact_email\n{record},factory@enterprise.example\n").into_bytes()
}

/// The list of the case, its enterprise in Shenzhen.
fn elsewhere() -> Vec<u8> {
    let cells = String::from_utf8(LIST.to_vec()).unwrap();
    let moved = cells.replace("4401", "4403");
    assert_ne!(cells, moved);
    moved.into_bytes()
}

#[test]
fn a_registered_code_against_the_rule_is_let_in_marked_and_counted() {
    let (app, officer) = start();
    let refused = app.import(&officer, LIST, false);
    assert_eq!(counts(&refused), [0, 0, 0, 1]);
    let path = format!("/api/v1/zero-out/imports/{}/rejections", text(&refused["id"]));
    assert_eq!(officer.get(&path).expect(200)["items"][0]["code"], "uscc_checksum");
    let claim = json!({ "uscc": CODE, "contact": { "name": "x" } });
    assert_eq!(app.http().post("/api/v1/enterprise-registrations", &claim).status, 422);

    let admitted = officer.post(ADMISSIONS, &body(" 91350203b34f4l2ux3 ")).expect(201);
    assert_eq!((&admitted["uscc"], &admitted["fault"]), (&json!(CODE), &json!("checksum")));
    assert_eq!((&admitted["region"], &admitted["state"]), (&json!("440100"), &json!("in_force")));
    assert_eq!(admitted["admitted_by"], "name of officer-gz");
    assert_eq!(officer.post(ADMISSIONS, &body(CODE)).refusal(), (409, "uscc_admitted_already".to_owned()));

    let taken = app.import(&officer, &with_address(), false);
    assert_eq!(counts(&taken), [1, 0, 0, 0]);
    let enterprise = officer.get("/api/v1/enterprises").expect(200)["items"][0].clone();
    assert_eq!((&enterprise["uscc"], &enterprise["uscc_admitted"]), (&json!(CODE), &json!(true)));
    let line = officer.get("/api/v1/zero-out").expect(200)["items"][0].clone();
    assert_eq!(line["uscc_admitted"], true);
    let detail = officer.get(&format!("/api/v1/enterprises/{}", text(&enterprise["id"]))).expect(200);
    assert_eq!(detail["uscc_admitted"], true);
    let token = app.claim(CODE, "factory@enterprise.example", "factory");
    app.confirm_claim(&token, "factory");
    app.http().log_in("factory", PASSWORD);
    // Others are as they were.
    let plain = file(&[row(&[
        (Column::Uscc, &uscc(1)),
        (Column::InspectedOn, "2026-08-01"),
        (Column::OrderIssuedOn, ""),
    ])]);
    app.import(&officer, &plain, false);
    let marks: Vec<_> = officer.get("/api/v1/enterprises").expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["uscc_admitted"].clone())
        .collect();
    assert_eq!(marks, [json!(false), json!(true)]);

    assert_eq!(officer.get(ADMISSIONS).expect(200)["in_force"], 1);
    app.metric_becomes("zerodesk_uscc_admitted", |count| (count - 1.0).abs() < f64::EPSILON);
    // The pages: from the rejected row to the form, and the mark.
    let rejected = officer.get(&format!("/imports/{}", text(&refused["id"]))).text;
    assert!(rejected.contains(&format!("/uscc-admissions?uscc={CODE}#admit")), "{rejected}");
    let form = officer.get(&format!("/uscc-admissions?uscc={CODE}"));
    assert_eq!(form.status, 200);
    assert!(
        form.text.contains(&format!("value=\"{CODE}\"")) && form.text.contains("校验位不符"),
        "{}",
        form.text
    );
    let marked = officer.get(&format!("/enterprises/{}", text(&enterprise["id"]))).text;
    assert!(marked.contains("经核实放行"), "{marked}");
    // An enterprise on the list has it.
    let end = format!("{ADMISSIONS}/{}/withdraw", text(&admitted["id"]));
    assert_eq!(officer.post(&end, &json!({ "reason": "x" })).refusal(), (409, "uscc_in_use".to_owned()));
}

#[test]
fn an_admission_that_nothing_uses_is_withdrawn() {
    let (app, officer) = start();
    let admitted = officer.post(ADMISSIONS, &body(CODE)).expect(201);
    let import = app.import(&officer, LIST, false);
    officer
        .post(
            &format!("/api/v1/zero-out/imports/{}/withdraw", text(&import["id"])),
            &json!({ "reason": "x" }),
        )
        .expect(200);
    let end = format!("{ADMISSIONS}/{}/withdraw", text(&admitted["id"]));
    let ended = officer.post(&end, &json!({ "reason": "登记系统已更正" })).expect(200);
    assert_eq!(
        (&ended["state"], &ended["withdrawn_reason"]),
        (&json!("withdrawn"), &json!("登记系统已更正"))
    );
    assert_eq!(
        officer.post(&end, &json!({ "reason": "x" })).refusal(),
        (409, "uscc_admission_ended".to_owned())
    );
    assert_eq!(counts(&app.import(&officer, LIST, false)), [0, 0, 0, 1]);
    let again = officer.post(ADMISSIONS, &body(CODE)).expect(201);
    let all = crate::plans::items(&officer, &format!("{ADMISSIONS}?q=9135"));
    assert_eq!(all.len(), 2);
    let in_force = officer.get(&format!("{ADMISSIONS}?state=in_force")).expect(200);
    assert_eq!((in_force["items"].as_array().unwrap().len(), &in_force["items"][0]["id"]), (1, &again["id"]));
    assert_eq!(in_force["in_force"], 1);
    assert_eq!(officer.get(&format!("{ADMISSIONS}?q=9144")).expect(200)["items"], json!([]));
    assert_eq!(officer.get(&format!("{ADMISSIONS}?state=x")).status, 422);
}

#[test]
fn only_an_officer_admits_and_only_what_breaks_a_rule() {
    let (app, officer) = start();
    let fault = |body: &Value| {
        let problem = officer.post(ADMISSIONS, body).problem();
        (problem["status"].as_u64().unwrap(), text(&problem["errors"][0]["pointer"]))
    };
    // Too short, of another alphabet, the number of an identity card, and one that holds.
    for code in ["91350203", "9135020OB34F4L2UX3", "440103199109263101", "9144030071526726XG"] {
        assert_eq!(fault(&body(code)), (422, "/uscc".to_owned()), "{code}");
    }
    for (key, value) in [("reason", " "), ("checked_in", ""), ("region", "440300"), ("region", "x")] {
        let mut body = body(CODE);
        body[key] = json!(value);
        assert_eq!(fault(&body), (422, format!("/{key}")), "{value}");
    }
    let operator = app.operator("operator");
    assert_eq!(operator.post(ADMISSIONS, &body(CODE)).refusal().0, 403);
    assert_eq!(app.http().post(ADMISSIONS, &body(CODE)).refusal().0, 401);

    let admitted = officer.post(ADMISSIONS, &body(CODE)).expect(201);
    let one = format!("{ADMISSIONS}/{}", text(&admitted["id"]));
    let shenzhen = app.admin("officer-sz", "440300");
    assert_eq!(shenzhen.get(&one).refusal().0, 404);
    assert_eq!(shenzhen.post(&format!("{one}/withdraw"), &json!({ "reason": "x" })).refusal().0, 404);
    let seen = shenzhen.get(ADMISSIONS).expect(200);
    assert_eq!((&seen["items"], &seen["in_force"]), (&json!([]), &json!(0)));
    assert_eq!(operator.get(&one).expect(200)["uscc"], CODE);
    // Whoever may not read of it learns that there is nothing to do, and whom to ask; no more.
    let refused = shenzhen.post(ADMISSIONS, &body(CODE)).problem();
    assert_eq!((&refused["status"], &refused["code"]), (&json!(409), &json!("uscc_admitted_already")));
    let said = text(&refused["detail"]);
    assert!(said.contains("可直接导入") && said.contains("广东省"), "{said}");
    for secret in ["广州", "officer-gz", "执照与登记系统一致", &text(&admitted["id"])] {
        assert!(!refused.to_string().contains(secret), "{refused}");
    }
    let own = text(&officer.post(ADMISSIONS, &body(CODE)).problem()["detail"]);
    assert!(own.contains("可直接导入") && !own.contains("其他地区"), "{own}");
    let taken = app.import(&shenzhen, &elsewhere(), false);
    assert_eq!(counts(&taken), [1, 0, 0, 0]);
    let province = app.admin("officer-gd", "440000");
    assert_eq!(province.get(&one).expect(200)["reason"], "执照与登记系统一致");
    // A code is known to experts who name a conflict as well, but not one that nobody let in.
    let expert = app.approved_expert(&province, "expert-1", "K0101");
    let conflict = |code: &str| json!({ "uscc": code, "relation": "employer" });
    let known = expert.http.post("/api/v1/experts/me/conflicts", &conflict(CODE)).status;
    assert!((200..300).contains(&known), "{known}");
    let unknown = expert.http.post("/api/v1/experts/me/conflicts", &conflict("91350203B34F4L2UX4"));
    assert_eq!(unknown.problem()["errors"][0]["pointer"], "/uscc");
}

#[test]
fn a_code_that_was_let_in_is_taken_by_sampling_lists_inspections_and_licences() {
    let (_app, officer) = start();
    let head =
        "抽样单编号,产品名称,产品种类,被抽样单位,标称生产企业,标称生产企业统一社会信用代码,抽样日期,检验结论";
    let file = format!("{head}\nCY1,电线,K0301,广州甲店,某厂,{CODE},2026-05-06,合格\n");
    let hand_in = || counts(&crate::sampling_lists::hand_in(&officer, file.as_bytes(), &[]));
    let inspection = json!({
        "number": "UA-1", "method": "sampling", "purpose": "routine", "level": "municipal", "role": "seller",
        "operator_name": "广州甲店", "place_region": "440106", "producer_name": "某厂", "producer_uscc": CODE,
        "product_name": "电线",
    });
    let licence = json!({ "licences": [{
        "licence_no": "XK06-1", "uscc": CODE, "name": "某厂", "region": "440100", "product_kind": "K0301",
        "valid_from": "2026-01-01",
    }] });
    let (inspections, licences) = ("/api/v1/inspections", "/api/v1/production-licences");
    assert_eq!(hand_in(), [0, 0, 0, 1]);
    assert_eq!(
        (officer.post(inspections, &inspection).status, officer.post(licences, &licence).status),
        (422, 422)
    );
    officer.post(ADMISSIONS, &body(CODE)).expect(201);
    assert_eq!(hand_in(), [1, 0, 0, 0]);
    assert_eq!(
        (officer.post(inspections, &inspection).status, officer.post(licences, &licence).status),
        (201, 200)
    );
}

#[test]
fn penalty_lists_and_files_of_signals_take_a_code_that_was_let_in() {
    use crate::{penalty_lists, signals};
    let (_app, officer) = start();
    let list = penalty_lists::list(&[penalty_lists::row(1, "厦门某某有限公司", CODE)]);
    let penalties = || penalty_lists::counts(&penalty_lists::hand_in(&officer, &list, &[]));
    let head = "行政处罚决定书文号,当事人名称,统一社会信用代码,违法行为类型,处罚机关,处罚决定日期";
    let row = format!(
        "穗市监处罚〔2026〕9号,厦门某某有限公司,{CODE},生产不符合国家标准的产品,广州市市场监督管理局,2026-05-20"
    );
    let file = format!("{head}\n{row}\n");
    let heard = || {
        let fields = [("feed", "penalties")];
        signals::counts(&signals::hand_in(&officer, "处罚.csv", file.as_bytes(), &fields))
    };
    assert_eq!((penalties(), heard()), ([0, 0, 0, 1], [0, 0, 0, 1]));
    officer.post(ADMISSIONS, &body(CODE)).expect(201);
    assert_eq!((penalties(), heard()), ([1, 0, 0, 0], [1, 0, 0, 0]));
}
