//! A penalty as authorities publish it (SAMR Order No. 45, art. 4), as a signal: that there is one in a kind or a region. Conduct comes of penalties
//! by other ways alone. Pure.

use super::columns::columns;
use super::{Rules, day, refused};
use crate::core::cells::compact;
use crate::enterprises::Uscc;
use crate::list_files::cells::Cells;
use crate::list_files::fault::CellFault;
use crate::list_files::header::Header;
use crate::list_files::placeholder::names_nothing;
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use crate::signals::new_signal::NewSignal;
use crate::signals::recognise::places::region_in;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::store::Named;
use crate::zero_out::import::row::uscc_code;

columns! {
    /// A column of a list of penalties.
    PenaltyColumn by Party, report &[Self::DocumentNo, Self::DecidedOn, Self::Act], signs &[Self::DecidedOn];
    DocumentNo "document_no" "行政处罚决定书文号" ReportNumber true ["处罚决定书文号", "决定书文号", "行政处罚决定文书号", "文号", "文书号", "处罚文号"]
        ("处罚决定书的文号", "the number of the decision") ("穗市监处罚〔2026〕123号", "穗市监处罚〔2026〕123号");
    Party "party" "当事人" Text true ["当事人名称", "行政相对人名称", "被处罚单位", "被处罚人", "企业名称", "单位名称"]
        ("单位全称；自然人的姓名不保存", "the name of the firm; that of a natural person is not kept") ("广州市某某电器有限公司", "广州市某某电器有限公司");
    Act "act" "违法行为类型" Text true ["违法行为", "违法类型", "案由", "案件名称", "违法事由"]
        ("违法行为的类型", "the kind of act") ("生产不符合国家标准的产品", "生产不符合国家标准的产品");
    Penalty "penalty" "处罚内容" Text false ["行政处罚内容", "处罚结果", "处罚决定", "处罚种类"] ("处罚的内容", "what was imposed") ("罚款 20000 元", "罚款 20000 元");
    Authority "authority" "处罚机关" Text true ["作出行政处罚决定机关名称", "作出行政处罚决定的机关名称", "行政处罚机关", "决定机关", "处罚单位"]
        ("作出处罚决定的机关", "the authority that decided") ("广州市市场监督管理局", "广州市市场监督管理局");
    DecidedOn "decided_on" "处罚决定日期" Date true ["作出行政处罚决定日期", "作出行政处罚决定的日期", "行政处罚决定日期", "决定日期", "处罚日期"]
        ("日期，不晚于今天", "a date, not in the future") ("2026-05-20", "2026-05-20");
    Uscc "uscc" "统一社会信用代码" Identifier false ["信用代码", "社会信用代码", "当事人统一社会信用代码"] ("营业执照上的 18 位代码", "the 18 characters of the licence") ("91440101MA5D123456", "91440101MA5D123456");
    Place "place" "所在地" Text false ["所属地区", "当事人所在地", "地区", "地址", "住所"] ("当事人所在地区", "where the party is") ("广州市越秀区", "440104");
    Product "product" "涉案产品" Text false ["产品名称", "涉案产品名称", "商品名称"] ("产品名称", "the product") ("电热水壶", "electric kettle");
    Facts "facts" "违法事实" Text false ["主要违法事实", "违法事实摘要", "简要案情"] ("违法事实摘要", "the facts in short") ("生产的电热水壶不符合标准", "生产的电热水壶不符合标准");
}

/// What is wrong with a cell.
type Fault = CellFault<PenaltyColumn>;
/// What the names of firms and shops have in them; a short name without any of it is that of a person.
const FIRMS: [&str; 9] = ["公司", "中心", "集团", "超市", "商行", "商店", "商贸", "工厂", "协会"];
/// How they end, behind two characters and more.
const ENDINGS: [&str; 14] =
    ["厂", "店", "行", "部", "社", "场", "铺", "所", "站", "院", "馆", "坊", "城", "室"];
/// What stands where a person was named.
const GONE: &str = "＊";

/// The party, where it is no natural person.
#[must_use]
pub fn firm(party: &str) -> Option<&str> {
    person(party).is_none().then_some(party)
}

/// The name of the party, where it is a natural person: without what stands in brackets behind it.
#[must_use]
pub fn person(party: &str) -> Option<&str> {
    let name = party.split(['(', '（']).next().unwrap_or_default().trim();
    let length = name.chars().count();
    let foreign = name.contains('·') && length <= 20;
    let is_firm = FIRMS.iter().any(|word| name.contains(word))
        || (length >= 3 && ENDINGS.iter().any(|ending| name.ends_with(ending)));
    // What a spreadsheet or somebody in a hurry left in place of a name: it is rejected, and must come back as it was.
    let is_name = name.chars().any(char::is_alphabetic)
        && !name.contains(|c: char| c.is_ascii_digit() || matches!(c, '#' | '=' | '/'))
        && !names_nothing(name);
    (!is_firm && is_name && (length <= 4 || foreign)).then_some(name)
}

/// Reads a row to a signal.
///
/// # Errors
/// All that is wrong with it, what the scope leaves out with its article; or that it is no record at all.
pub fn read(header: &Header<PenaltyColumn>, line: &Line, rules: Rules<'_>) -> Result<NewSignal, Vec<Fault>> {
    let mut cells = Cells::of(header, line, rules.today);
    match signal(&mut cells, rules) {
        Some(signal) if cells.faults.is_empty() => Ok(signal),
        _ => Err(refused(cells)),
    }
}

fn signal(cells: &mut Cells<'_, PenaltyColumn>, rules: Rules<'_>) -> Option<NewSignal> {
    use PenaltyColumn as C;
    let decided_on = day(cells, C::DecidedOn);
    let mut text = |column: C, most: usize| -> Option<String> { cells.free_text(column, most) };
    let (document_no, party, act) = (text(C::DocumentNo, 200), text(C::Party, 200), text(C::Act, 500));
    let (penalty, authority, place) = (text(C::Penalty, 1_000), text(C::Authority, 200), text(C::Place, 300));
    let (product, facts) = (text(C::Product, 200), text(C::Facts, 2_000));
    let uscc =
        cells.cell(C::Uscc).and_then(|text| match Uscc::parse_or_admitted(&compact(&text), rules.admitted) {
            Ok(uscc) => Some(uscc.as_str().to_owned()),
            Err(fault) => {
                let reason = fault.text();
                cells.fault(C::Uscc, uscc_code(&fault), reason.zh, reason.en);
                None
            }
        });
    let (document_no, party, act) = (document_no?, party?, act?);
    // A person is named nowhere, and where a person lives is kept no closer than by its region.
    let person = person(&party);
    let without = |text: String| match person {
        Some(name) => text.replace(name, GONE),
        None => text,
    };
    let (act, penalty, facts) = (without(act), penalty.map(without), facts.map(without));
    let product = product.map(without);
    let (authority, decided_on) = (authority?, decided_on?);
    if let Some(left_out) = rules.rules.left_out(&[Some(&act), facts.as_deref(), product.as_deref()]) {
        let article = left_out.article.clone();
        cells.fault(
            if product.is_some() { C::Product } else { C::Act },
            RejectionCode::OutOfScope,
            format!("不属于工业产品的范围（{}）", article.zh),
            format!("no matter of industrial products ({})", article.en),
        );
        return None;
    }
    let regions = &rules.catalogue.regions;
    let region = place
        .as_deref()
        .and_then(|place| region_in(regions, place))
        .or_else(|| region_in(regions, &authority));
    let place = place.filter(|_| person.is_none());
    let maker = firm(&party).map(str::to_owned);
    let told: Vec<&str> =
        [product.as_deref(), facts.as_deref(), penalty.as_deref()].into_iter().flatten().collect();
    // One decision may be against several parties: each is a signal.
    let external_id = format!("{} {}", compact(&document_no), compact(maker.as_deref().unwrap_or("个人")));
    Some(NewSignal {
        region,
        text: told.join("\n"),
        reliability: Reliability::Official,
        named: Named {
            product: product.clone(),
            maker,
            uscc,
            place,
            authority: Some(authority),
            measures: penalty.clone(),
            number: Some(document_no),
            ..Named::default()
        },
        ..NewSignal::new(SignalSource::Penalty, &external_id, rules.home, decided_on, &act)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::list_files::ListColumn;
    use crate::list_files::reader::line::Mark;
    use crate::signals::feed::Feed;
    use crate::signals::settings::SignalSettings;
    use std::collections::BTreeSet;

    #[test]
    fn days_of_a_workbook_that_counts_from_1904_are_read_as_such() {
        let (catalogue, settings) = (Catalogue::builtin().unwrap(), SignalSettings::default());
        let (today, admitted) = ("2026-11-20".parse().unwrap(), BTreeSet::new());
        let rules = Rules {
            feed: Feed::Penalties,
            catalogue: &catalogue,
            rules: settings.on(today).unwrap(),
            today,
            home: "440000",
            admitted: &admitted,
        };
        let columns = [
            (PenaltyColumn::DocumentNo, "穗市监处罚〔2026〕1号"),
            (PenaltyColumn::Party, "广州市某某电器有限公司"),
            (PenaltyColumn::Act, "生产不符合国家标准的产品"),
            (PenaltyColumn::Authority, "广州市市场监督管理局"),
            (PenaltyColumn::DecidedOn, "44700"),
        ];
        let headings: Vec<String> = columns.iter().map(|(column, _)| column.name_zh().to_owned()).collect();
        let header = Header::<PenaltyColumn>::read(&headings).unwrap();
        let mut line = Line::from(columns.iter().map(|(_, cell)| (*cell).to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&header, &line, rules).unwrap().published_on, "2022-05-19".parse().unwrap());
        line.marks.push((4, Mark::Days1904));
        assert_eq!(read(&header, &line, rules).unwrap().published_on, "2026-05-20".parse().unwrap());
    }

    #[test]
    fn persons_are_told_from_firms() {
        for (party, name) in [
            ("张三丰", Some("张三丰")),
            ("张三（经营者）", Some("张三")),
            ("阿不都·热合曼", Some("阿不都·热合曼")),
            ("李行", Some("李行")),
            ("个人", Some("个人")),
            ("欧阳锋五金店", None),
            ("某某店（经营者：张三）", None),
            ("广州市某某电器有限公司", None),
            ("", None),
            ("#N/A", None),
            ("B2", None),
            ("同上", None),
            ("无", None),
        ] {
            assert_eq!(person(party), name, "{party}");
        }
    }
}
