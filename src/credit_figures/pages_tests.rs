use super::*;
use crate::core::Language;

fn frame() -> Frame {
    Frame {
        language: Language::Zh,
        person: None,
        path: "/".to_owned(),
        other: String::new(),
        places: std::sync::Arc::default(),
        rooms: &[],
        log_in: "/login",
    }
}

fn failed(grade: Grade, interval: Option<(f64, f64)>) -> Recidivism {
    let (low, high) = interval.unzip();
    Recidivism { grade, sampled: 100, failed: 10, percent: Some(10.0), low, high }
}

#[test]
fn the_verdict_follows_the_intervals() {
    let said = |a: Option<(f64, f64)>, d: Option<(f64, f64)>| {
        verdict(&frame(), &[failed(Grade::A, a), failed(Grade::D, d)])
    };
    assert!(said(Some((4.0, 8.0)), Some((20.0, 40.0))).contains("等级与风险一致"));
    assert!(said(Some((20.0, 40.0)), Some((4.0, 8.0))).contains("规则需要重新评估"));
    assert!(said(Some((4.0, 25.0)), Some((20.0, 40.0))).contains("区间重叠"));
    assert!(said(None, Some((20.0, 40.0))).contains("尚不能判断"));
}

#[test]
fn a_bar_is_made_of_the_grades_that_there_are() {
    let row = CreditRow {
        key: "440100".to_owned(),
        name: "广州市".to_owned(),
        scored: 8,
        with_points: 4,
        a: 4,
        b: 0,
        c: 3,
        d: 1,
    };
    let drawn: Vec<_> = parts(&row).into_iter().map(|part| (part.x, part.width, part.tone)).collect();
    let wanted = [("0.0", "50.0", "good"), ("50.0", "37.5", "warn"), ("87.5", "12.5", "bad")];
    assert_eq!(drawn, wanted.map(|(x, width, tone)| (x.to_owned(), width.to_owned(), tone)));
}
