//! The page on which an enterprise excludes experts.

use serde_json::json;

use crate::support::TestApp;
use crate::support::people::text;

#[test]
fn an_enterprise_finds_an_expert_excludes_and_takes_back_on_the_page() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let enterprise = &talk.enterprise.http;
    let other = app.approved_expert(&officer, "expert-2", "K0101");
    let hidden = app.applied_expert("expert-3", "K0101", &["440000"]);
    let stranger = app.claimed_enterprise(2, "440103", "K0101");

    // The way there, from the conversation and the list.
    let form = format!("/exclusions?expert={}", talk.expert.id);
    assert!(enterprise.get(&format!("/consultations/{}", talk.id)).text.contains(&form));
    assert!(enterprise.get("/consultations").text.contains("\"/exclusions\""));
    let page = enterprise.get("/exclusions").text;
    assert!(page.contains("曾为本企业问诊的专家") && page.contains(&form), "{page}");
    assert!(!page.contains(&other.id), "who never advised is found by name alone: {page}");
    let found = enterprise.get("/exclusions?q=expert-2").text;
    assert!(found.contains(&format!("/exclusions?expert={}", other.id)) && !found.contains(&form), "{found}");
    assert!(enterprise.get("/exclusions?q=expert-3").text.contains("没有找到"), "an applicant is unknown");
    assert_eq!(enterprise.get(&format!("/exclusions?expert={hidden}")).status, 404);
    assert_eq!(enterprise.get("/exclusions?expert=x").status, 422);

    let page = enterprise.get(&form).text;
    let api = format!("/api/v1/experts/{}/exclusion", talk.expert.id);
    assert!(page.contains(&format!("data-api=\"{api}\"")) && page.contains("正在承接本企业的问诊"), "{page}");
    let refused = enterprise.post(&api, &json!({ "reason": " " })).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/reason");
    enterprise.post(&api, &json!({ "reason": "曾任竞争对手顾问" })).expect(204);
    let page = enterprise.get("/exclusions").text;
    assert!(page.contains("曾任竞争对手顾问") && page.contains("撤回回避申请"), "{page}");
    assert!(page.contains("contact of enterprise-1"), "who said so: {page}");
    assert!(!enterprise.get("/exclusions?q=expert-1").text.contains(&form), "it is done already");
    assert!(enterprise.get(&form).text.contains("重新提交将替换原有理由"));
    // It went to the other one.
    let seen = officer.get(&format!("/api/v1/consultations/{}", talk.id)).expect(200);
    assert_eq!(text(&seen["expert"]["id"]), other.id);

    // Nobody else sees it.
    assert!(!stranger.http.get("/exclusions").text.contains("曾任竞争对手顾问"));
    for who in [&talk.expert.http, &officer] {
        assert_eq!(who.get("/exclusions").status, 403);
    }
    assert_eq!(stranger.http.send("DELETE", &api, &[], None).status, 404, "not theirs");

    enterprise.send("DELETE", &api, &[], None).expect(204);
    assert!(enterprise.get("/exclusions").text.contains("没有已申请回避的专家"));
}
