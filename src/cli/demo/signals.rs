//! Signals of all sources, one of them told by several sites, some triaged, one dismissed.

use super::past::Past;
use super::tables::caller;
use crate::core::Problem;
use crate::db::{Command, Tx};
use crate::signals::commands::{DismissSignal, MatchSignal, TriageSignals};
use crate::signals::create::{CreateSignal, SignalEntered};
use crate::signals::enter::enter;
use crate::signals::hazard::Hazard;
use crate::signals::ids::SignalId;
use crate::signals::new_signal::NewSignal;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::store::{MatchedBy, Named};
use serde::Serialize;

/// The news that several sites tell.
const NEWS: &str = "近日，多名家长反映，某款磁力珠玩具存在误吞风险。市场监管部门提醒，磁力珠属于小零件，三岁以下儿童不宜接触，\
    购买时应查看强制性产品认证标志，发现质量问题可向市场监管部门反映。";

/// What an officer entered: source, number, title, text, days ago, region.
type ByHand = (SignalSource, &'static str, &'static str, &'static str, i64, Option<&'static str>);

/// What officers entered.
const BY_HAND: [ByHand; 9] = [
    (SignalSource::Media, "XW-001", "磁力珠玩具有误吞风险", NEWS, -6, None),
    (SignalSource::Media, "XW-002", "磁力珠玩具有误吞风险 - 某某新闻网", NEWS, -5, None),
    (SignalSource::Opinion, "YQ-003", "磁力珠玩具有误吞风险_某某资讯", NEWS, -5, None),
    (
        SignalSource::Opinion,
        "YQ-011",
        "听说某品牌热水袋会爆裂",
        "网传一款热水袋充电时爆裂，未见其他来源。",
        -9,
        Some("440100"),
    ),
    (
        SignalSource::ComparativeTest,
        "BJ-2026-04",
        "儿童玩具比较试验：两款样品小零件不合格",
        "消费者组织对二十款儿童玩具开展比较试验，两款小零件测试不符合要求。",
        -20,
        None,
    ),
    (
        SignalSource::Injury,
        "SH-0456",
        "电动自行车充电起火致一人灼伤",
        "住宅楼道内充电时起火，一人灼伤住院。",
        -12,
        Some("440300"),
    ),
    (
        SignalSource::Officer,
        "GZ-2201",
        "巡查发现无标识插座在售",
        "五金市场两家店铺销售无厂名厂址的插座，插孔无保护门。",
        -3,
        Some("440103"),
    ),
    (
        SignalSource::Recall,
        "S2026M0031",
        "电热水壶召回",
        "内部接线松动，使用中可能过热，存在起火隐患，免费更换。",
        -30,
        None,
    ),
    (SignalSource::Media, "XW-020", "秋季服装流行趋势", "本季服装以浅色为主。", -2, None),
];

/// What comes by files and from other parts of the platform: source, number, title, hazard, days ago.
const BY_FILES: [(SignalSource, &str, &str, Option<Hazard>, i64); 11] = [
    (
        SignalSource::ForeignRecall,
        "EU A12/02001/26",
        "Lumo Electric kettle",
        Some(Hazard::ElectricShock),
        -15,
    ),
    (SignalSource::ForeignRecall, "EU A12/02002/26", "Magnetic toy", Some(Hazard::Choking), -15),
    (SignalSource::ForeignRecall, "CPSC 26077", "Extension cords", Some(Hazard::Fire), -21),
    (SignalSource::Recall, "S2026M0040", "儿童推车召回", Some(Hazard::Fall), -25),
    (SignalSource::Penalty, "穗市监处罚〔2026〕311号", "生产不符合国家标准的产品", None, -40),
    (SignalSource::Penalty, "佛市监处罚〔2026〕78号", "销售不合格产品", None, -38),
    (SignalSource::Complaint, "12315 demo 1", "上月电线电缆投诉 12 件（质量问题）", None, -30),
    (SignalSource::Complaint, "12315 demo 2", "上月儿童玩具投诉 31 件（安全问题）", None, -30),
    (SignalSource::Sampling, "CC-DEMO-001", "监督抽查不合格：电线电缆", None, -45),
    (SignalSource::Sampling, "CC-DEMO-002", "监督抽查不合格：插头插座", None, -44),
    (SignalSource::Injury, "SH-0500", "儿童误吞小零件就医", Some(Hazard::Choking), -8),
];

/// Enters what comes by files, as the platform does.
#[derive(Serialize)]
struct EnterForDemo(Vec<NewSignal>);

impl Command for EnterForDemo {
    type Output = ();
    const NAME: &'static str = "enter_signals_for_demo";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        self.0.iter().try_for_each(|new| enter(tx, new).map(|_| ()))
    }
}

/// All of them.
pub(super) fn collected(past: &Past) -> Result<(), Problem> {
    past.set(-1, 400);
    let officer = caller(&past.app, "admin-guangdong")?;
    let by_files = BY_FILES.iter().map(|(source, number, title, hazard, day)| NewSignal {
        hazard: *hazard,
        named: Named { product: Some((*title).to_owned()), ..Named::default() },
        said_by: MatchedBy::Rule,
        ..NewSignal::new(*source, number, "440000", past.day(*day), title)
    });
    past.app.execute(&crate::core::Caller::system(), &EnterForDemo(by_files.collect()))?;
    let mut entered: Vec<SignalId> = Vec::new();
    for (source, number, title, text, day, region) in BY_HAND {
        let SignalEntered { id, .. } =
            past.app.execute(&officer, &new(past, (source, number, title, text), day, region))?;
        entered.push(id);
    }
    let at = |n: usize| entered.get(n).copied().ok_or_else(Problem::not_found);
    let matched = MatchSignal {
        id: at(6)?,
        product_kind: Some("K2301".to_owned()),
        enterprise_id: None,
        region: Some("440103".to_owned()),
        hazard: Some(Hazard::ElectricShock),
        severity: Some(2),
        version: None,
    };
    past.app.execute(&officer, &matched)?;
    past.app.execute(&officer, &TriageSignals { ids: vec![at(6)?, at(5)?], version: None })?;
    let dismissed =
        DismissSignal { id: at(8)?, reason: "与产品质量安全无关。".to_owned(), version: None };
    past.app.execute(&officer, &dismissed)?;
    past.set_to_present();
    Ok(())
}

fn new(
    past: &Past,
    (source, number, title, text): (SignalSource, &str, &str, &str),
    day: i64,
    region: Option<&str>,
) -> CreateSignal {
    CreateSignal {
        source,
        external_id: Some(number.to_owned()),
        url: None,
        published_on: past.day(day),
        observed_on: None,
        region: region.map(str::to_owned),
        product_kind: None,
        enterprise_id: None,
        product: None,
        maker: None,
        brand: None,
        model: None,
        barcode: None,
        hazard: None,
        severity: None,
        title: title.to_owned(),
        text: text.to_owned(),
        reliability: (source == SignalSource::Opinion).then_some(Reliability::Rumour),
    }
}
