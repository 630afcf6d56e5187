//! Inspections that came to every state: drawn for the yearly plan, sampled, tested, delivered, challenged, published; labels and quick tests.

use super::companies::{Company, city_of, companies, district, kind_of, products_of_class};
use super::inspection_steps::{deliver, empty, on, result, sample, seal, with_reason};
use super::past::Past;
use super::people::{PASSWORD, address};
use super::programmes::NAME as PLAN;
use super::tables::{CreateForBody, body, caller, enterprise_of, inspection, programme};
use crate::accounts::password;
use crate::accounts::settings::AuthSettings;
use crate::app::App;
use crate::core::actor::Role;
use crate::core::{Caller, Problem};
use crate::inspections::event::NewStep;
use crate::inspections::particulars::{OnlineShop, QuickResult};
use crate::inspections::registration::Registration;
use crate::inspections::state::InspectionStep as Step;
use crate::inspections::words::{Channel, InspectedRole, Method, Outcome, Party};
use crate::inspections::{RecordInspectionStep, RegisterInspection};

/// Who takes the samples, and the laboratory that tests most.
const SAMPLER_BODY: &str = "广东质量抽样服务中心";
const LABORATORY: &str = "广东产品质量检验研究院";
const OTHER_LABORATORY: &str = "广州质量检验技术中心";

/// The people of these bodies: username, name, role, body.
pub(super) const PEOPLE: [(&str, &str, Role, &str); 3] = [
    ("sampler-guo", "郭明", Role::Sampler, SAMPLER_BODY),
    ("sampler-zhao", "赵丽", Role::Sampler, SAMPLER_BODY),
    ("laboratory-fang", "方静", Role::Laboratory, LABORATORY),
];

const OFFICER: &str = "admin-guangdong";
const TAKES: &str = "sampler-guo";
const TESTS: &str = "laboratory-fang";

/// What becomes of one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Assigned,
    Refused,
    NotFound,
    Barred,
    Sampled,
    Sealed,
    Received,
    Tested,
    Reported,
    Void,
    Passed,
    Failed,
    Contested,
    Overturned,
    Upheld,
}

/// One inspection: place of the enterprise in the list, the day on which it was drawn, what becomes of it.
const DRAWN: [(usize, i64, Ends); 19] = [
    (2, -44, Ends::Failed),
    (3, -44, Ends::Passed),
    (4, -43, Ends::Overturned),
    (11, -43, Ends::Upheld),
    (12, -42, Ends::Passed),
    (8, -40, Ends::Refused),
    (9, -40, Ends::NotFound),
    (10, -38, Ends::Barred),
    (17, -30, Ends::Void),
    (13, -24, Ends::Contested),
    (18, -20, Ends::Reported),
    (19, -14, Ends::Tested),
    (20, -11, Ends::Received),
    (21, -6, Ends::Sealed),
    (22, -5, Ends::Sampled),
    (26, -3, Ends::Assigned),
    (27, -2, Ends::Assigned),
    // Two makers with quality credit codes.
    (57, -44, Ends::Passed),
    (49, -44, Ends::Passed),
];

/// A step that somebody takes so many days after the draw.
type Taken = (i64, &'static str, NewStep);

/// The number of the form of the inspection at a place.
fn number(at: usize) -> String {
    format!("GDCJ-{:04}", at + 1)
}

/// Something that happens: the day, the minute, the action.
type Happening<'a> = (i64, i64, Box<dyn FnOnce(&Past) -> Result<(), Problem> + 'a>);

/// What happens on which day, for the history.
pub(super) fn events<'a>() -> Vec<Happening<'a>> {
    let mut events: Vec<Happening<'a>> = Vec::new();
    for (at, (place, day, ends)) in DRAWN.into_iter().enumerate() {
        let minute = 330 + i64::try_from(at).unwrap_or(0);
        events.push((day, minute, Box::new(move |past| register(past, at, place))));
        for (n, (after, who, step)) in course(ends, at).into_iter().enumerate() {
            let minute = minute + 20 * (1 + i64::try_from(n).unwrap_or(0));
            events.push((
                day + after,
                minute.min(600),
                Box::new(move |past| take(&past.app, &number(at), who, step)),
            ));
        }
    }
    events
}

/// The accounts of samplers and of the laboratory's person.
pub(super) fn people(past: &Past) -> Result<(), Problem> {
    let app = &past.app;
    let hash = password::hash(PASSWORD, app.settings().section::<AuthSettings>())?;
    for (username, name, role, of) in PEOPLE {
        let create = CreateForBody {
            username: username.to_owned(),
            name: name.to_owned(),
            email: address(username),
            hash: hash.clone(),
            role,
            body: body(app, of)?,
        };
        app.execute(&Caller::system(), &create)?;
    }
    Ok(())
}

fn register(past: &Past, at: usize, place: usize) -> Result<(), Problem> {
    let app = &past.app;
    let all = companies();
    let Some(company) = all.get(place) else { return Ok(()) };
    let registered = Registration {
        laboratory: Some(body(app, LABORATORY)?),
        sampler: Some(body(app, SAMPLER_BODY)?),
        programme: Some(programme(app, PLAN)?),
        product_kind: Some(kind_of(app, products_of_class(company.class).0, place)),
        ..plan(app, &number(at), company, place)?
    };
    app.execute(&caller(app, OFFICER)?, &RegisterInspection(registered)).map(drop)
}

/// What is registered of an enterprise of the list.
fn plan(app: &App, number: &str, company: &Company, place: usize) -> Result<Registration, Problem> {
    let (_, made, _) = products_of_class(company.class);
    Ok(Registration {
        number: number.to_owned(),
        operator: Some(enterprise_of(app, &company.uscc)?),
        place_region: district(app, city_of(place).0, place),
        product_name: format!("{made}产品"),
        trademark: Some("粤海".to_owned()),
        model: Some("A-100".to_owned()),
        ..empty()
    })
}

fn take(app: &App, number: &str, who: &str, mut event: NewStep) -> Result<(), Problem> {
    if event.step == Step::OrderRetest {
        event.laboratory = Some(body(app, OTHER_LABORATORY)?);
    }
    let step = RecordInspectionStep { inspection: inspection(app, number)?, event };
    app.execute(&caller(app, who)?, &step).map(drop)
}

/// The steps from the draw to where it ends.
fn course(ends: Ends, at: usize) -> Vec<Taken> {
    let mut steps: Vec<Taken> = Vec::new();
    match ends {
        Ends::Assigned => return steps,
        Ends::Refused => steps.push((1, TAKES, with_reason(Step::Refuse, "without_ground"))),
        Ends::NotFound => steps.push((1, TAKES, with_reason(Step::NotFind, "no_stock"))),
        Ends::Barred => steps.push((1, TAKES, with_reason(Step::Bar, "export_only"))),
        _ => {}
    }
    if !steps.is_empty() {
        return steps;
    }
    let failed = !matches!(ends, Ends::Passed);
    let tested = NewStep { testers: Some(vec!["方静".to_owned()]), ..NewStep::new(Step::Test) };
    let report_no = format!("GDQI-{:04}", at + 1);
    let report = NewStep { result: Some(result(&report_no, failed)), ..NewStep::new(Step::Report) };
    let way: [(Ends, Taken); 5] = [
        (Ends::Sampled, (1, TAKES, sample())),
        (Ends::Sealed, (1, TAKES, seal())),
        (Ends::Received, (3, TESTS, NewStep::new(Step::Receive))),
        (Ends::Tested, (7, TESTS, tested)),
        (Ends::Reported, (9, TESTS, report)),
    ];
    for (reached, taken) in way {
        if ends == Ends::Void && reached == Ends::Received {
            steps.push((3, TESTS, with_reason(Step::ReceiveBroken, "到样时封条破损。")));
            return steps;
        }
        steps.push(taken);
        if reached == ends {
            return steps;
        }
    }
    steps.push((11, OFFICER, deliver(Party::Operator)));
    steps.extend(after_delivery(ends));
    steps
}

/// What follows the delivery of the result.
fn after_delivery(ends: Ends) -> Vec<Taken> {
    let contest = (
        14,
        OFFICER,
        NewStep {
            party: Some(Party::Operator),
            ..with_reason(Step::Contest, "对安全性能项目的检验方法有异议，申请复检。")
        },
    );
    // The demo's bulletin publishes them.
    let last = (40, OFFICER, NewStep::new(Step::Finalise));
    let retest = NewStep::new(Step::OrderRetest);
    match ends {
        Ends::Failed | Ends::Passed => vec![last],
        Ends::Contested => vec![contest],
        Ends::Overturned => vec![contest, (17, OFFICER, retest), (24, OFFICER, NewStep::new(Step::Overturn))],
        Ends::Upheld => {
            vec![contest, (17, OFFICER, retest), (24, OFFICER, NewStep::new(Step::Uphold)), last]
        }
        _ => Vec::new(),
    }
}

/// What concerns the enterprises with log-ins that are shown, a label check and quick tests; entered today, with the days on which it happened.
pub(super) fn recent(past: &Past) -> Result<(), Problem> {
    past.set_to_present();
    let app = &past.app;
    let officer = caller(app, OFFICER)?;
    let known = |at: usize| enterprise_of(app, &super::named_enterprises::uscc(at));
    let bodies = (Some(body(app, LABORATORY)?), Some(body(app, SAMPLER_BODY)?));
    let own = Registration {
        number: "GDCJ-0101".to_owned(),
        programme: Some(programme(app, PLAN)?),
        operator: Some(known(0)?),
        place_region: "440106".to_owned(),
        product_kind: Some("K0301".to_owned()),
        product_name: "聚氯乙烯绝缘电缆".to_owned(),
        standard: Some("GB/T 5023".to_owned()),
        drawn_on: Some(past.day(-7)),
        laboratory: bodies.0,
        sampler: bodies.1,
        ..empty()
    };
    app.execute(&officer, &RegisterInspection(own.clone()))?;
    all(past, "GDCJ-0101", 7, true)?;
    take(app, "GDCJ-0101", OFFICER, on(past.day(-1), deliver(Party::Operator)))?;

    let sold = Registration {
        number: "GDCJ-0102".to_owned(),
        role: InspectedRole::Online,
        operator_name: Some("好用电器旗舰店（深圳市好用商贸有限公司）".to_owned()),
        producer: Some(known(0)?),
        place_region: "440305".to_owned(),
        product_kind: Some("K0301".to_owned()),
        product_name: "家用延长线电缆".to_owned(),
        trademark: Some("恒通".to_owned()),
        drawn_on: Some(past.day(-6)),
        laboratory: bodies.0,
        sampler: bodies.1,
        operator: None,
        ..own.clone()
    };
    app.execute(&officer, &RegisterInspection(sold))?;
    let online = OnlineShop {
        platform: Some("某电商平台".to_owned()),
        shop: Some("好用电器旗舰店".to_owned()),
        url: None,
        order_no: Some("20260301-118".to_owned()),
    };
    let mut bought = sample();
    if let Some(sample) = &mut bought.sample {
        (sample.channel, sample.online, sample.base_quantity) = (Some(Channel::Online), Some(online), None);
    }
    take(app, "GDCJ-0102", TAKES, on(past.day(-5), bought))?;
    take(app, "GDCJ-0102", TAKES, on(past.day(-5), seal()))?;
    take(app, "GDCJ-0102", OFFICER, NewStep::new(Step::AskProducer))?;

    let toys = Registration {
        number: "GDCJ-0103".to_owned(),
        operator: Some(known(1)?),
        place_region: "441900".to_owned(),
        product_kind: Some("K0601".to_owned()),
        product_name: "塑料拼装玩具".to_owned(),
        standard: Some("GB 6675".to_owned()),
        laboratory: Some(body(app, OTHER_LABORATORY)?),
        ..own.clone()
    };
    app.execute(&officer, &RegisterInspection(toys))?;
    // What is not sampled belongs to no plan of samplings.
    other_methods(past, &Registration { programme: None, ..own })
}

/// A label that waits to be checked by the checklist, and two quick tests.
fn other_methods(past: &Past, like: &Registration) -> Result<(), Problem> {
    let app = &past.app;
    let officer = caller(app, OFFICER)?;
    let label = Registration {
        number: "GDBZ-0001".to_owned(),
        method: Method::Label,
        laboratory: None,
        drawn_on: None,
        operator: Some(enterprise_of(app, &super::named_enterprises::uscc(2))?),
        place_region: "442000".to_owned(),
        product_kind: Some("K0401".to_owned()),
        product_name: "家用燃气灶具".to_owned(),
        standard: None,
        ..like.clone()
    };
    app.execute(&officer, &RegisterInspection(label))?;
    for (number, outcome) in [("GDKJ-0001", Outcome::Clear), ("GDKJ-0002", Outcome::Suspect)] {
        let quick = Registration {
            number: number.to_owned(),
            method: Method::Quick,
            laboratory: None,
            product_name: "车用汽油".to_owned(),
            product_kind: None,
            operator: None,
            operator_name: Some("广州天河加油站".to_owned()),
            place_region: "440106".to_owned(),
            role: InspectedRole::Seller,
            drawn_on: None,
            standard: None,
            ..like.clone()
        };
        app.execute(&officer, &RegisterInspection(quick))?;
        let test = QuickResult {
            device: "便携式油品快检仪 02 号".to_owned(),
            calibrated_until: Some(past.day(90)),
            tester: "郭明".to_owned(),
            outcome,
            minutes: Some(18),
        };
        take(app, number, TAKES, NewStep { quick: Some(test), ..NewStep::new(Step::QuickTest) })?;
    }
    Ok(())
}

/// The steps from the sample to the report, within so many days before today.
fn all(past: &Past, number: &str, days: i64, failed: bool) -> Result<(), Problem> {
    let report = NewStep { result: Some(result("GDQI-0101", failed)), ..NewStep::new(Step::Report) };
    for (after, who, step) in [
        (1, TAKES, sample()),
        (1, TAKES, seal()),
        (2, TESTS, NewStep::new(Step::Receive)),
        (4, TESTS, NewStep::new(Step::Test)),
        (5, TESTS, report),
    ] {
        take(&past.app, number, who, on(past.day(after - days), step))?;
    }
    Ok(())
}
