//! The enterprises of the province's list, and what becomes of the case of each.

use super::uscc::registered;
use crate::app::App;

/// How many days ago the list came.
pub(super) const BEGINS: i64 = 430;
/// How many enterprises are on it, and how many of them operate.
const LISTED: usize = 78;
pub(super) const OPERATING: usize = 62;
/// Whose cases went all the way to clearance.
const CLEARED: usize = 35;

/// Where they are: a code that districts begin with, the city's name.
const CITIES: [(&str, &str); 12] = [
    ("4401", "广州"),
    ("4403", "深圳"),
    ("4419", "东莞"),
    ("4406", "佛山"),
    ("4420", "中山"),
    ("4413", "惠州"),
    ("4407", "江门"),
    ("4404", "珠海"),
    ("4405", "汕头"),
    ("4412", "肇庆"),
    ("4408", "湛江"),
    ("4452", "揭阳"),
];

/// What they make: class, trade, items that fail.
const TRADES: [(&str, &str, [&str; 3]); 9] = [
    ("C06", "玩具", ["小零件", "可迁移元素", "标识"]),
    ("C22", "照明", ["骚扰电压", "爬电距离", "结构"]),
    ("C03", "线缆", ["导体电阻", "绝缘厚度", "阻燃性能"]),
    ("C10", "家具", ["甲醛释放量", "力学性能", "漆膜附着力"]),
    ("C23", "电工", ["防触电保护", "温升", "插头尺寸"]),
    ("C04", "燃具", ["热效率", "熄火保护装置", "一氧化碳含量"]),
    ("C25", "厨电", ["电气强度", "接地措施", "稳定性"]),
    ("C42", "服饰", ["纤维含量", "pH值", "色牢度"]),
    ("C38", "塑料", ["总迁移量", "感官要求", "脱色试验"]),
];

/// Parts of their names.
pub(super) const BRANDS: [&str; 12] =
    ["华南", "粤海", "南粤", "珠江", "岭南", "宏达", "联创", "新力", "顺达", "鸿运", "信诚", "东升"];

/// What becomes of a case, by days from today.
#[derive(Clone, Copy)]
pub(super) enum CasePath {
    /// Cleared on this day.
    Cleared(i64),
    /// Ordered on this day and not begun.
    Ordered(i64),
    /// Ordered on this day; the enterprise corrects.
    Correcting(i64),
    /// Ordered on this day; the evidence is in.
    Submitted(i64),
    /// Ordered on this day; passed, not cleared yet.
    Passed(i64),
    /// Ordered on this day; failed, and so many steps further: 1 reported up, 2 announced, 3 failed again, 4 suspended.
    Failed(i64, u8),
    /// Ordered on this day; a re-test is under way.
    Retesting(i64),
    /// Ordered on this day; a re-test overturned the result.
    Overturned(i64),
    /// Sale stopped on this day, not ordered yet.
    Stopped(i64),
    /// Nothing happened yet.
    Untouched,
}

/// The paths of those that operate, the cleared ones first.
fn path(at: usize) -> CasePath {
    let days = i64::try_from(at).unwrap_or(0);
    if at < CLEARED {
        return CasePath::Cleared(-352 + days * 10 - (days % 3));
    }
    let rest = [
        CasePath::Ordered(-3),
        CasePath::Ordered(-7),
        CasePath::Ordered(-12),
        CasePath::Correcting(-57),
        CasePath::Correcting(-53),
        CasePath::Correcting(-50),
        CasePath::Correcting(-46),
        CasePath::Correcting(-41),
        CasePath::Correcting(-36),
        CasePath::Correcting(-32),
        CasePath::Submitted(-71),
        CasePath::Submitted(-67),
        CasePath::Submitted(-63),
        CasePath::Submitted(-58),
        CasePath::Overturned(-83),
        CasePath::Correcting(-92),
        CasePath::Ordered(-105),
        CasePath::Passed(-61),
        CasePath::Failed(-74, 0),
        CasePath::Failed(-165, 2),
        CasePath::Failed(-230, 4),
        CasePath::Retesting(-9),
        CasePath::Overturned(-120),
        CasePath::Stopped(-4),
    ];
    rest.get(at - CLEARED).copied().unwrap_or(CasePath::Untouched)
}

/// One enterprise of the list.
pub(super) struct Company {
    pub uscc: String,
    pub username: String,
    pub name: String,
    pub class: usize,
    pub path: CasePath,
}

/// The city of an enterprise: the first ones more often.
pub(super) fn city_of(at: usize) -> (&'static str, &'static str) {
    let place = at % 19;
    let city = if place < 12 { place } else { (place - 12) / 2 };
    CITIES.get(city).copied().unwrap_or(("4401", "广州"))
}

/// What an enterprise makes: class, trade, items that fail.
pub(super) fn products_of_class(at: usize) -> (&'static str, &'static str, [&'static str; 3]) {
    TRADES.get(at % TRADES.len()).copied().unwrap_or(("C06", "玩具", ["小零件", "可迁移元素", "标识"]))
}

/// A district of a city, or the city where it has none.
pub(super) fn district(app: &App, prefix: &str, at: usize) -> String {
    let of_city: Vec<&str> = app
        .catalogue()
        .regions
        .iter()
        .filter(|region| region.code.starts_with(prefix) && !region.code.ends_with("00"))
        .map(|region| region.code.as_str())
        .collect();
    let place = at.checked_rem(of_city.len()).and_then(|place| of_city.get(place));
    place.map_or_else(|| format!("{prefix}00"), |code| (*code).to_owned())
}

/// A product kind of a class.
pub(super) fn kind_of(app: &App, class: &str, at: usize) -> String {
    let kinds: Vec<&str> = app
        .catalogue()
        .products
        .kinds()
        .filter(|kind| kind.class == class)
        .map(|k| k.code.as_str())
        .collect();
    // Toys are mostly of one kind, so that their failures cluster.
    let place = if class == "C06" { 0 } else { at.checked_rem(kinds.len()).unwrap_or(0) };
    kinds.get(place).copied().unwrap_or_default().to_owned()
}

/// The enterprises of the list.
pub(super) fn companies() -> Vec<Company> {
    (0..LISTED)
        .map(|at| {
            let (_, city) = city_of(at);
            let class = at * 5 % 9;
            let (_, made, _) = products_of_class(class);
            let brand = BRANDS.get(at % BRANDS.len()).copied().unwrap_or("华南");
            Company {
                uscc: registered("440000", &format!("MA5GP{at:03}")),
                username: format!("p{:03}", at + 1),
                name: format!("{city}{brand}{made}有限公司"),
                class,
                path: if at < OPERATING { path(at) } else { CasePath::Untouched },
            }
        })
        .collect()
}
