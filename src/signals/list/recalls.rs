//! A recall: of this country, of the EU's Safety Gate, of the CPSC. Pure.

use super::columns::columns;
use super::{Rules, day, refused};
use crate::core::cells::compact;
use crate::enterprises::Uscc;
use crate::list_files::cells::Cells;
use crate::list_files::fault::CellFault;
use crate::list_files::header::Header;
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use crate::signals::barcode::first_in;
use crate::signals::feed::Feed;
use crate::signals::hazard::Hazard;
use crate::signals::list::units::units;
use crate::signals::new_signal::NewSignal;
use crate::signals::recognise::firms::name_and_town;
use crate::signals::recognise::places::region_in;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::store::Named;
use crate::zero_out::import::row::uscc_code;
use chrono::NaiveDate;

columns! {
    /// A column of a list of recalls.
    RecallColumn by Maker, report &[Self::Number, Self::PublishedOn, Self::Danger], signs &[Self::PublishedOn];
    Number "number" "召回编号" Text true ["编号", "召回公告编号", "通报编号", "案件编号", "文号"]
        ("召回或通报的编号；同一编号再次导入即为更新", "the number of the recall or alert; the same number again is an update") ("S2026M0031", "S2026M0031");
    PublishedOn "published_on" "发布日期" Date true ["公告日期", "发布时间", "召回日期", "公布日期", "备案日期"]
        ("日期，不晚于今天", "a date, not in the future") ("2026-05-08", "2026-05-08");
    Product "product" "产品名称" Text true ["产品", "召回产品", "召回产品名称", "商品名称", "缺陷产品名称"]
        ("召回的产品", "what is recalled") ("电热水壶", "electric kettle");
    Category "category" "产品类别" Text false ["类别", "产品种类"] ("产品类别，任何语言", "the group of products, in any language") ("家用电器", "Electrical appliances");
    Brand "brand" "品牌" Text false ["商标", "牌号"] ("品牌；仅凭品牌不认定企业", "the brand; a brand alone leads to no enterprise") ("甲乙", "Acme");
    Model "model" "型号" Text false ["规格型号", "型号规格", "产品型号"] ("型号", "the model") ("X-200", "X-200");
    Batch "batch" "批次" Text false ["批号", "生产日期/批号", "召回批次", "涉及批次"] ("批号或生产日期范围", "the batch, or the days of making") ("20260101-20260301", "20260101-20260301");
    Barcode "barcode" "条码" Text false ["商品条码", "条形码"] ("8、12、13 或 14 位数字，多个用分号隔开，按第一个匹配；其他内容保留但不用于匹配", "8, 12, 13 or 14 digits, several with semicolons between, of which the first is matched by; anything else is kept and not matched by") ("6901234567892", "6901234567892");
    Maker "maker" "生产者" Text false ["生产企业", "生产企业名称", "召回企业", "企业名称", "召回实施主体", "生产者名称", "制造商"]
        ("生产者全称", "the maker's full name") ("佛山市某某电器有限公司", "Acme Co., of Foshan, China");
    Uscc "uscc" "统一社会信用代码" Identifier false ["信用代码", "社会信用代码"] ("营业执照上的 18 位代码", "the 18 characters of the licence") ("91440600MA4W123456", "91440600MA4W123456");
    Place "place" "所在地" Text false ["地区", "所属地区", "生产者地址", "地址"] ("生产者所在地区", "where the maker is") ("佛山市", "Foshan");
    Hazard "hazard" "危害类型" Text false ["风险类型", "危害", "伤害类型"] ("如触电、起火", "such as Electric shock, Fire") ("起火", "Fire");
    Danger "danger" "缺陷描述" Text false ["缺陷情况", "缺陷", "缺陷及可能导致的后果", "产品存在的缺陷", "召回原因", "风险描述"]
        ("缺陷和可能的后果，不超过 10000 个字符", "the defect and what may come of it, at most 10,000 characters") ("内部接线松动，可能起火", "the wiring may come loose and catch fire");
    Measures "measures" "召回措施" Text false ["措施", "补救措施", "维修措施"] ("采取的措施", "what is done about it") ("免费更换", "replaced free of charge");
    Authority "authority" "发布机关" Text false ["备案机关", "通报国", "发布单位", "监管部门"] ("发布的机关或通报国", "the authority, or the notifying country") ("广东省市场监督管理局", "France");
    Origin "origin" "原产国" Text false ["产地", "原产地", "生产国"] ("原产国或地区", "the country of origin") ("中国", "China");
    Units "units" "涉及数量" Text false ["数量", "召回数量", "涉及数量（台）", "销售数量"] ("数量；文字说明也可", "how many; words will do") ("约 5,000 台", "About 5,000");
    Url "url" "网址" Text false ["链接", "公告链接"] ("公告的网址", "where it can be read") ("https://example.cn/recall/1", "https://example.com/recall/1");
    LearnedOn "learned_on" "获知缺陷日期" Date false ["知悉缺陷日期", "获知日期", "发现缺陷日期"] ("生产者获知缺陷的日期", "the day on which the producer learned of the defect") ("2026-05-04", "2026-05-04");
    ReportedOn "reported_on" "报告日期" Date false ["向市局报告日期", "上报日期", "报告时间"]
        ("向所在地市级部门报告的日期；应在获知后 2 个工作日内", "the day of the report to the city's authority, due within 2 working days") ("2026-05-06", "2026-05-06");
}

/// What is wrong with a cell.
type Fault = CellFault<RecallColumn>;

/// Reads a row to a signal.
///
/// # Errors
/// All that is wrong with it; or that it is no record at all.
pub fn read(header: &Header<RecallColumn>, line: &Line, rules: Rules<'_>) -> Result<NewSignal, Vec<Fault>> {
    let mut cells = Cells::of(header, line, rules.today);
    match signal(&mut cells, rules) {
        Some(signal) if cells.faults.is_empty() => Ok(signal),
        // What was put into columns here has no totals or remarks.
        _ if !rules.feed.is_table() => Err(cells.faults),
        _ => Err(refused(cells)),
    }
}

/// Each field is read before any is missed, so that all faults are found.
fn signal(cells: &mut Cells<'_, RecallColumn>, rules: Rules<'_>) -> Option<NewSignal> {
    use RecallColumn as C;
    let number = cells.free_text(C::Number, 100);
    let published_on = day(cells, C::PublishedOn);
    let product = cells.free_text(C::Product, 500);
    let mut text = |column: C, most: usize| -> Option<String> { cells.free_text(column, most) };
    let (category, brand, model) = (text(C::Category, 200), text(C::Brand, 200), text(C::Model, 1_000));
    let (batch, barcode, maker) = (text(C::Batch, 1_000), text(C::Barcode, 200), text(C::Maker, 300));
    let (place, hazard, danger) = (text(C::Place, 200), text(C::Hazard, 500), text(C::Danger, 10_000));
    let (measures, authority, origin) =
        (text(C::Measures, 2_000), text(C::Authority, 200), text(C::Origin, 200));
    let (units_text, url) = (text(C::Units, 500), text(C::Url, 2_000));
    let uscc = uscc(cells, rules);
    let learned_on = day(cells, C::LearnedOn);
    let reported_on = day(cells, C::ReportedOn);
    if let (Some(learned), Some(reported)) = (learned_on, reported_on)
        && reported < learned
    {
        cells.fault(
            C::ReportedOn,
            RejectionCode::DateInvalid,
            format!("报告日期 {reported} 早于获知缺陷日期 {learned}"),
            format!("the report of {reported} is dated before the day of the knowledge, {learned}"),
        );
    }
    let (number, published_on, product) = (number?, published_on?, product?);
    let domestic = rules.feed == Feed::DomesticRecalls;
    let source = if domestic { SignalSource::Recall } else { SignalSource::ForeignRecall };
    let (maker, town) = match maker.as_deref().map(name_and_town) {
        Some((name, town)) => (Some(name.to_owned()), town.map(str::to_owned)),
        None => (None, None),
    };
    let late_days = match (learned_on, reported_on) {
        (Some(learned), Some(reported)) => Some(late(rules, learned, reported)),
        _ => None,
    };
    let code = barcode.as_deref().and_then(first_in);
    let barcodes = barcode.filter(|text| code.as_deref() != Some(compact(text).as_str()));
    let external_id = match rules.feed {
        Feed::SafetyGate => format!("EU {}", compact(&number)),
        Feed::Cpsc => format!("CPSC {}", compact(&number)),
        _ => compact(&number),
    };
    let title: String = brand
        .iter()
        .filter(|brand| !product.contains(brand.as_str()))
        .chain(std::iter::once(&product))
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let told: Vec<&str> = [hazard.as_deref(), danger.as_deref()].into_iter().flatten().collect();
    let place = place.or(town);
    let region =
        place.as_deref().filter(|_| domestic).and_then(|place| region_in(&rules.catalogue.regions, place));
    Some(NewSignal {
        url: url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        observed_on: learned_on.filter(|day| *day <= published_on),
        barcode: code,
        hazard: hazard.as_deref().and_then(Hazard::named),
        text: told.join("\n"),
        region,
        reliability: Reliability::Official,
        named: Named {
            product: Some(product.clone()),
            category,
            maker,
            uscc,
            place,
            brand,
            model,
            batch,
            origin,
            count: units_text.as_deref().and_then(units),
            units_text,
            barcodes,
            measures,
            authority,
            learned_on,
            reported_on,
            late_days,
            number: Some(number),
            ..Named::default()
        },
        ..NewSignal::new(source, &external_id, rules.home, published_on, &title)
    })
}

fn uscc(cells: &mut Cells<'_, RecallColumn>, rules: Rules<'_>) -> Option<String> {
    let text = cells.cell(RecallColumn::Uscc)?;
    match Uscc::parse_or_admitted(&compact(&text), rules.admitted) {
        Ok(uscc) => Some(uscc.as_str().to_owned()),
        Err(fault) => {
            let reason = fault.text();
            cells.fault(RecallColumn::Uscc, uscc_code(&fault), reason.zh, reason.en);
            None
        }
    }
}

/// By how many working days a report came late. The day of the knowledge is not counted.
fn late(rules: Rules<'_>, learned: NaiveDate, reported: NaiveDate) -> u32 {
    let calendar = &rules.catalogue.calendar;
    // A report years behind is late enough; the count of days stays bounded.
    let days = learned.iter_days().skip(1).take(3_660).take_while(|day| *day <= reported);
    let working = days.filter(|day| calendar.is_working_day(*day)).count();
    u32::try_from(working).unwrap_or(u32::MAX).saturating_sub(rules.rules.recall_report_working_days)
}
