//! The figures that were announced, from single rows: the province's of 2021, and the national bulletins of 2019 and 2020.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use zerodesk::core::Caller;
use zerodesk::inspections::words::Method;
use zerodesk::sampling_figures::counting::{Asked, Counted, count_from_rows, counted};
use zerodesk::sampling_figures::sums::{FoldSamplingFigures, RebuildSamplingFigures};

use super::{Made, indicator, report, sql};
use crate::support::TestApp;

const PROVINCE: Made = Made {
    method: "sampling",
    year: 2021,
    rows: 28_900,
    tested: 28_682,
    failed: 5_613,
    handed_over: 18,
    operators: 13_505,
    kinds: 202,
    classes: 51,
};
const YEAR_BEFORE: Made = Made {
    year: 2020,
    rows: 24_919,
    tested: 24_919,
    failed: 4_000,
    handed_over: 0,
    operators: 12_000,
    ..PROVINCE
};
const LABELS: Made = Made {
    method: "label",
    rows: 10_121,
    tested: 10_121,
    failed: 690 + 789,
    handed_over: 0,
    operators: 5_000,
    kinds: 90,
    classes: 21,
    ..PROVINCE
};

fn fold_all(app: &TestApp) {
    while app.app.execute(&Caller::system(), &FoldSamplingFigures {}).unwrap() {}
}

/// All lines of a scope by dimension.
fn lines(of: &Counted, scope: &str) -> BTreeMap<String, String> {
    ["all", "class", "kind", "level", "role", "laboratory", "programme", "month"]
        .iter()
        .map(|dimension| ((*dimension).to_owned(), format!("{:?}", of.lines(scope, dimension))))
        .collect()
}

#[test]
fn the_figures_of_the_province_come_out_of_single_rows() {
    let app = TestApp::builder().at("2021-12-31T02:00:00Z").start();
    let officer = app.admin("officer-gd", "440000");
    YEAR_BEFORE.insert(&app);
    PROVINCE.insert(&app);
    LABELS.insert(&app);
    // 690 of the labels that failed have none of maker, address and certificate.
    sql(
        &app,
        "INSERT INTO label_check (inspection_id, event, checklist_version, outcome, inspected_on, inspectors, fingerprint, checked_by, checked_at)
         SELECT i.id, 2, 'x', 'three_noes', i.sampled_on, '{张三}', sha256('x'), (SELECT id FROM account LIMIT 1), i.created_at
         FROM inspection i WHERE i.method = 'label' AND i.outcome = 'nonconforming' ORDER BY i.number LIMIT 690",
    );
    let announced = json!({ "year": 2021, "source": "2022年会议报道", "figures": {
        "sampling_classes": 51, "sampling_kinds": 202, "sampling_products": 28_682, "sampling_operators": 13_505,
        "sampling_nonconforming": 5_600, "label_classes": 21, "label_products": 10_121, "label_three_noes": 690,
        "label_nonconforming": 789 } });
    officer.post("/api/v1/reports/published-figures", &announced).expect(201);
    // Once counted by who asks, once from the sums.
    fold_all(&app);
    let all = report(&officer, "year=2021");
    let total = &all["total"];
    assert_eq!(
        (
            &total["drawn"],
            &total["tested"],
            &total["nonconforming"],
            &total["handed_over"],
            &total["refused"]
        ),
        (&json!(28_900), &json!(28_682), &json!(5_613), &json!(18), &json!(200)),
    );
    assert_eq!(indicator(&all, "nonconforming"), (5_613, 28_682, json!(19.57)));
    assert_eq!(
        all["breadth"],
        json!({ "classes": 51, "kinds": 202, "operators": 13_505, "products_per_operator": 2.12 })
    );
    assert_eq!(all["growth"], json!({ "this_year": 28_682, "last_year": 24_919, "percent": 15.1 }));
    let kinds = all["coverage"].as_array().unwrap().iter().find(|c| c["reading"] == "kinds").unwrap();
    assert_eq!(
        (&kinds["sampled"], &kinds["of"], &kinds["percent"]),
        (&json!(202), &json!(256), &json!(78.91))
    );
    // Samples of this test are reported after 10 days, delivered after 14, final after 30.
    let days: Vec<(Value, Value, Value)> = all["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["span"].clone(), d["median"].clone(), d["p90"].clone()))
        .collect();
    assert_eq!(
        days,
        [("report", 10), ("delivery", 4), ("final", 16)].map(|(span, days)| (
            json!(span),
            json!(days),
            json!(days)
        ))
    );
    // The announced figure stays beside the counted one.
    let beside = all["announced"].as_array().unwrap();
    let failed = beside.iter().find(|a| a["figure"] == "sampling_nonconforming").unwrap();
    assert_eq!(
        (&failed["announced"], &failed["counted"], &failed["difference"]),
        (&json!(5_600), &json!(5_613), &json!(13))
    );
    assert_eq!(beside.len(), 5);
    // 14.6 % is the sum of both; the second part alone is 7.8 %.
    let labels = report(&officer, "year=2021&method=label");
    assert_eq!(indicator(&labels, "label_failed"), (1_479, 10_121, json!(14.61)));
    assert_eq!(indicator(&labels, "three_noes"), (690, 10_121, json!(6.82)));
    assert_eq!(indicator(&labels, "label_nonconforming"), (789, 10_121, json!(7.8)));
    assert_eq!(labels["breadth"]["classes"], 21);
    assert!(labels["announced"].as_array().unwrap().iter().all(|a| a["difference"] == 0), "{labels}");
    // The lines of each grouping add up to the total.
    for by in ["region", "class", "kind", "level", "role", "laboratory", "programme", "month"] {
        let lines = report(&officer, &format!("year=2021&by={by}"));
        let sum = |name: &str| {
            lines["rows"].as_array().unwrap().iter().map(|row| row[name].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!((sum("tested"), sum("nonconforming")), (28_682, 5_613), "{by}");
    }
    let methods = report(&officer, "year=2021&by=method");
    let methods = methods["rows"].as_array().unwrap().clone();
    let tested: Vec<(Value, Value)> =
        methods.iter().map(|row| (row["key"].clone(), row["tested"].clone())).collect();
    assert_eq!(tested, [(json!("label"), json!(10_121)), (json!("sampling"), json!(28_682))]);
    // The sums are what a count of the rows gives, before and after they are rebuilt, in every region.
    for rebuilt in [false, true] {
        if rebuilt {
            app.app.execute(&Caller::system(), &RebuildSamplingFigures {}).unwrap();
        }
        let conn = &mut *app.app.conn().unwrap();
        let dimensions = ["all", "class", "kind", "level", "role", "laboratory", "programme", "month"];
        for scope in ["440000", "440100", "440103"] {
            let asked = Asked {
                scopes: &[scope],
                dimensions: &dimensions,
                year: 2021,
                method: Method::Sampling,
                day: "2021-12-31".parse().unwrap(),
            };
            let kept = counted(conn, asked, app.now()).unwrap();
            let rows = count_from_rows(conn, asked, None).unwrap();
            assert_eq!(lines(&kept, scope), lines(&rows, scope), "{scope}, rebuilt: {rebuilt}");
        }
    }
}

#[test]
fn the_national_bulletins_of_2019_and_2020_to_the_batch() {
    let app = TestApp::builder().at("2020-12-31T02:00:00Z").start();
    let officer = app.admin("officer-gd", "440000");
    let national = Made { kinds: 50, classes: 20, ..PROVINCE };
    Made {
        year: 2019,
        rows: 5_594,
        tested: 5_573,
        failed: 687,
        handed_over: 21,
        operators: 5_447,
        ..national
    }
    .insert(&app);
    Made {
        year: 2020,
        rows: 4_796,
        tested: 4_792,
        failed: 463,
        handed_over: 4,
        operators: 4_683,
        ..national
    }
    .insert(&app);
    for (year, drawn, tested, failed, handed_over, operators, percent, rounded) in [
        (2019, 5_594, 5_573, 687, 21, 5_447, 12.33, "12.3"),
        (2020, 4_796, 4_792, 463, 4, 4_683, 9.66, "9.7"),
    ] {
        // Nothing is folded yet, or only a part: the answer is the same.
        let all = report(&officer, &format!("year={year}"));
        let total = &all["total"];
        assert_eq!(
            (&total["drawn"], &total["tested"], &total["nonconforming"], &total["handed_over"]),
            (&json!(drawn), &json!(tested), &json!(failed), &json!(handed_over)),
        );
        assert_eq!(all["breadth"]["operators"], operators);
        assert_eq!(indicator(&all, "nonconforming"), (failed, tested, json!(percent)));
        assert_eq!(format!("{percent:.1}"), rounded);
    }
    let file = officer.get("/api/v1/reports/sampling?year=2020&format=csv").text;
    assert!(file.contains("total,合计,2020,抽样检验,4796") && file.contains(",4792,463,9.66,"), "{file}");
    let page = officer.get("/reports/sampling?year=2020").text;
    for words in ["9.66%", "463 / 4792", "截至", "不合格发现率"] {
        assert!(page.contains(words), "{words}");
    }
}
