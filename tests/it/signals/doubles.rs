//! The same news from forty sites is one, and what only sounds alike is not.

use super::{NEWS, SIGNALS, enter, items, news, signal, start, step};
use serde_json::{Value, json};
use zerodesk::core::Caller;
use zerodesk::signals::merge::SweepDoubles;

#[test]
fn the_same_news_from_forty_sites_is_one() {
    let (_app, officer) = start();
    let root = enter(&officer, &news("site-0", "磁力珠玩具有误吞风险", NEWS));
    for n in 1..40 {
        let title = format!("磁力珠玩具有误吞风险 - 某某{}", ["新闻网", "资讯", "频道"][n % 3]);
        let body = format!("2026-11-{:02} 10:{n:02} 来源：某某日报{n}\n{NEWS}责任编辑：编{n}", n % 18 + 1);
        let entered = enter(&officer, &news(&format!("site-{n}"), &title, &body));
        assert_eq!(entered["merged_into"], root["id"], "{n}");
    }
    let seen = signal(&officer, &root["id"]);
    assert_eq!(seen["doubles"], 39);
    assert_eq!(items(&officer, &format!("{SIGNALS}?open=true")).len(), 1);
}

#[test]
fn recalls_of_the_same_words_with_other_numbers_or_brands_stay_apart() {
    let (_app, officer) = start();
    let recall = |id: &str, number: &str, brand: &str| {
        let text = format!(
            "某公司召回部分{brand}牌电热水壶，召回编号 {number}。因内部接线松动，使用中可能引起过热，存在起火隐患。\
             请消费者立即停止使用，并与经销商联系，免费更换。"
        );
        let mut body = news(id, "召回电热水壶", &text);
        body["source"] = json!("recall");
        body
    };
    enter(&officer, &recall("r-1", "S2026M0031", "甲乙"));
    assert_eq!(enter(&officer, &recall("r-2", "S2026M0032", "甲乙"))["merged_into"], Value::Null);
    assert_eq!(enter(&officer, &recall("r-3", "S2026M0031", "丙丁"))["merged_into"], Value::Null);
}

#[test]
fn the_same_words_about_another_kind_of_product_are_something_else() {
    let (_app, officer) = start();
    let told =
        |id: &str, product: &str| news(id, &format!("{product}有风险"), &NEWS.replace("磁力珠玩具", product));
    enter(&officer, &told("k-1", "电热水壶"));
    let other = enter(&officer, &told("k-2", "热轧带肋钢筋"));
    assert_eq!(signal(&officer, &other["id"])["merged_into"], Value::Null);
}

#[test]
fn nothing_is_merged_into_what_the_office_that_brought_it_may_not_see() {
    let (app, province) = start();
    let city = app.admin("city-officer", "440100");
    enter(&province, &news("p", "磁力珠玩具有误吞风险", NEWS));
    let own = enter(&city, &news("c", "磁力珠玩具有误吞风险", NEWS));
    assert_eq!(own["merged_into"], Value::Null);
    assert_eq!(items(&city, &format!("{SIGNALS}?open=true")).len(), 1);
    // What the province brings itself is one with that of the city.
    let again = enter(&province, &news("p-2", "磁力珠玩具有误吞风险", NEWS));
    assert!(again["merged_into"].is_string(), "{again}");
}

#[test]
fn what_is_relied_on_more_does_not_vanish_in_a_dismissed_rumour() {
    let (_app, officer) = start();
    let told = |id: &str, source: &str| {
        let mut body = news(id, "磁力珠玩具有误吞风险", NEWS);
        body["source"] = json!(source);
        body
    };
    let rumour = enter(&officer, &told("r", "opinion"));
    step(&officer, &rumour["id"], "dismiss", &json!({ "reason": "查无此事" }));
    assert_eq!(enter(&officer, &told("r-2", "opinion"))["merged_into"], rumour["id"]);
    assert_eq!(enter(&officer, &told("m", "media"))["merged_into"], Value::Null);
}

#[test]
fn a_merge_is_undone_by_a_person_and_not_made_again_by_itself() {
    let (app, officer) = start();
    let root = enter(&officer, &news("a", "磁力珠玩具有误吞风险", NEWS));
    let double = enter(&officer, &news("b", "磁力珠玩具有误吞风险", NEWS));
    assert_eq!(double["merged_into"], root["id"]);
    let apart = step(&officer, &double["id"], "unmerge", &json!({}));
    assert_eq!((&apart["merged_into"], apart["state"] != "merged"), (&Value::Null, true));
    assert_eq!(signal(&officer, &root["id"])["doubles"], 0);
    app.app.execute(&Caller::system(), &SweepDoubles {}).unwrap();
    assert_eq!(signal(&officer, &double["id"])["merged_into"], Value::Null);
    // And by a person again, the other way round.
    let merged = step(&officer, &root["id"], "merge", &json!({ "into": double["id"] }));
    assert_eq!((&merged["state"], &merged["merged_into"]), (&json!("merged"), &double["id"]));
    let id = double["id"].as_str().unwrap();
    let refused = officer.post(&format!("{SIGNALS}/{id}/merge"), &json!({ "into": id })).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/into");
}

#[test]
fn those_that_come_at_one_time_are_merged_behind_it() {
    let (app, officer) = start();
    let ids: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|n| {
                let officer = &officer;
                scope.spawn(move || {
                    enter(officer, &news(&format!("t-{n}"), "磁力珠玩具有误吞风险", NEWS))["id"].clone()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    app.app.execute(&Caller::system(), &SweepDoubles {}).unwrap();
    let roots = ids.iter().filter(|id| signal(&officer, id)["merged_into"].is_null()).count();
    assert_eq!(roots, 1);
}
