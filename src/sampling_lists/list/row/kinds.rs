//! The words of a sampling list: product kind, level, purpose, role, channel, quantities.

use super::{LONGEST_NAME, LONGEST_NUMBER, LONGEST_TEXT, Online, Quantities, Reader};
use crate::core::cells::{compact, tidy};
use crate::inspections::words::{Channel, InspectedRole, Purpose};
use crate::list_files::rejection_code::RejectionCode;
use crate::programmes::state::ProgrammeLevel;
use crate::sampling_lists::list::column::Column;

/// Most of a quantity or, in yuan, of a price.
const GREATEST: f64 = 1e12;

impl Reader<'_> {
    /// The kind that a cell names; where the list has none, the one whose name is that of the product or the longest in it.
    pub(super) fn product_kind(&mut self, product: Option<&str>) -> Option<String> {
        let products = &self.rules.catalogue.products;
        if let Some(text) = self.cells.cell(Column::ProductKind) {
            let known = products
                .kind(&text)
                .or_else(|| products.kind(&tidy(&text)))
                .or_else(|| products.kind(&compact(&text)))
                .map(|kind| kind.code.clone());
            // 产品大类 names a class; the kind follows from the product then.
            let class = products.class(&tidy(&text)).is_some();
            let known = known.or_else(|| {
                let product = product.filter(|_| class)?;
                self.kind_of(product).map(|kind| kind.code.clone())
            });
            if known.is_none() && !class {
                self.cells.fault(
                    Column::ProductKind,
                    RejectionCode::ProductKindUnknown,
                    "产品目录中没有这个种类的代码或名称",
                    "the catalogue has no product kind of this code or name",
                );
            }
            return known;
        }
        product.and_then(|name| self.kind_of(name)).map(|kind| kind.code.clone())
    }

    fn kind_of(&self, product: &str) -> Option<&crate::catalogue::ProductKind> {
        let products = &self.rules.catalogue.products;
        if let Some(kind) = products.kind(product) {
            return Some(kind);
        }
        let name = compact(product);
        let within = products.kinds().filter(|kind| name.contains(&compact(&kind.name_zh)));
        let mut found: Vec<_> = within.collect();
        found.sort_by_key(|kind| std::cmp::Reverse(kind.name_zh.chars().count()));
        match found.as_slice() {
            [one] => Some(*one),
            // The longer name holds the shorter one; two of a length contradict each other.
            [first, second, ..] if first.name_zh.chars().count() > second.name_zh.chars().count() => {
                Some(*first)
            }
            _ => None,
        }
    }

    pub(super) fn level(&mut self) -> Option<ProgrammeLevel> {
        let word = compact(&self.cells.cell(Column::Level)?).to_lowercase();
        let starts = |words: &[&str]| words.iter().any(|start| word.starts_with(start));
        let level = if starts(&["国", "national"]) {
            ProgrammeLevel::National
        } else if starts(&["省", "自治区", "直辖市", "provincial"]) {
            ProgrammeLevel::Provincial
        } else if starts(&["市", "地市", "municipal"]) {
            ProgrammeLevel::Municipal
        } else if starts(&["县", "区", "county"]) {
            ProgrammeLevel::County
        } else {
            self.unknown(
                Column::Level,
                RejectionCode::InspectionLevelUnknown,
                &["国家(national)", "省级(provincial)", "市级(municipal)", "县级(county)"],
            );
            return None;
        };
        Some(level)
    }

    /// Under 抽查类别 the level stands often enough (国抽、省抽): then it is no purpose.
    pub(super) fn purpose(&mut self) -> Option<Purpose> {
        let word = compact(&self.cells.cell(Column::Purpose)?).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
        let purpose = if has(&["风险", "监测", "risk_monitoring"]) {
            Purpose::RiskMonitoring
        } else if has(&["专项", "special"]) {
            Purpose::Special
        } else if has(&["跟踪", "follow_up"]) {
            Purpose::FollowUp
        } else if has(&["复查", "reinspection"]) {
            Purpose::Reinspection
        } else if has(&["应急", "emergency"]) {
            Purpose::Emergency
        } else if has(&[
            "计划",
            "监督抽查",
            "常规",
            "例行",
            "routine",
            "国抽",
            "省抽",
            "市抽",
            "县抽",
            "区抽",
            "国家",
            "省级",
            "市级",
            "县级",
            "区级",
            "监督",
        ]) {
            Purpose::Routine
        } else {
            self.unknown(
                Column::Purpose,
                RejectionCode::PurposeUnknown,
                &[
                    "计划抽查(routine)",
                    "专项抽查(special)",
                    "跟踪抽查(follow_up)",
                    "复查(reinspection)",
                    "应急抽查(emergency)",
                    "风险监测(risk_monitoring)",
                ],
            );
            return None;
        };
        Some(purpose)
    }

    pub(super) fn role(&mut self) -> Option<InspectedRole> {
        let word = compact(&self.cells.cell(Column::Role)?).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
        let role = if has(&["网络", "电商", "网店", "线上", "online"]) {
            InspectedRole::Online
        } else if has(&["服务", "使用", "餐饮", "service_user"]) {
            InspectedRole::ServiceUser
        } else if has(&["流通", "销售", "经营", "市场", "商店", "seller"]) {
            InspectedRole::Seller
        } else if has(&["生产", "加工", "producer"]) {
            InspectedRole::Producer
        } else {
            self.unknown(
                Column::Role,
                RejectionCode::RoleUnknown,
                &["生产(producer)", "销售(seller)", "服务使用(service_user)", "网络(online)"],
            );
            return None;
        };
        Some(role)
    }

    /// Where a sample was taken says little: a word that is not known is another place.
    pub(super) fn channel(&mut self) -> Option<Channel> {
        let word = compact(&self.cells.cell(Column::Channel)?).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
        Some(if has(&["网", "电商", "online"]) {
            Channel::Online
        } else if has(&["仓", "成品库", "warehouse"]) {
            Channel::Warehouse
        } else if has(&["货架", "柜台", "门店", "卖场", "shelf"]) {
            Channel::Shelf
        } else {
            Channel::Other
        })
    }

    pub(super) fn online(&mut self) -> Online {
        Online {
            platform: self.cells.free_text(Column::Platform, LONGEST_NAME),
            shop: self.cells.free_text(Column::Shop, LONGEST_NAME),
            url: self.cells.free_text(Column::Url, LONGEST_TEXT),
            order_no: self.cells.free_text(Column::OrderNo, LONGEST_NUMBER),
        }
    }

    pub(super) fn quantities(&mut self) -> Quantities {
        let base = self.quantity(Column::BaseQuantity);
        let test = self.quantity(Column::TestQuantity);
        let reserve = self.quantity(Column::ReserveQuantity);
        let unit = self.cells.free_text(Column::Unit, LONGEST_NUMBER);
        let beside = [&base, &test, &reserve].into_iter().flatten().find_map(|(_, unit)| unit.clone());
        let price = self.quantity(Column::Price).map(|(yuan, _)| yuan);
        let number = |quantity: Option<(f64, Option<String>)>| quantity.map(|(number, _)| number);
        let price_fen = price.and_then(|yuan| format!("{:.0}", yuan * 100.0).parse().ok());
        Quantities {
            base: number(base),
            test: number(test),
            reserve: number(reserve),
            unit: unit.or(beside),
            price_fen,
        }
    }

    /// A number that is not negative, with the unit that stands behind it: 12, 1,200 根, 3.5kg, ¥38.
    fn quantity(&mut self, column: Column) -> Option<(f64, Option<String>)> {
        let text = compact(&self.cells.cell(column)?);
        let text = text.trim_start_matches(['¥', '￥', '约']);
        let digits: String =
            text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
        let unit = text.get(digits.len()..).unwrap_or_default().to_owned();
        let number = digits.replace(',', "").parse::<f64>().ok().filter(|n| n.is_finite() && *n <= GREATEST);
        if number.is_none() || unit.chars().count() > 20 || unit.contains(|c: char| c.is_ascii_digit()) {
            self.cells.fault(
                column,
                RejectionCode::QuantityInvalid,
                "不是数字（可带单位，如 12 根）",
                "is no number (with or without a unit, such as 12 根)",
            );
            return None;
        }
        number.map(|number| (number, (!unit.is_empty()).then_some(unit)))
    }
}
