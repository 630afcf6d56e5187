//! What the stripping finds, and that nothing of a case survives it.

use super::*;
use proptest::prelude::*;

fn known() -> Known {
    let mut known = Known::of_regions(&crate::catalogue::Catalogue::builtin().unwrap());
    known.add_enterprise("广州恒通线缆有限公司");
    known.add_person("陈志远", "某专家");
    known.add(FindingKind::Uscc, "91440101MA5DM00012");
    known.add(FindingKind::Phone, "020-83331234");
    known.add(FindingKind::ReportNo, "GD-DEMO-001");
    known.add(FindingKind::Address, "广州市荔湾区花地大道 8 号");
    known
}

/// Kind and text of all that is found.
fn told(text: &str) -> Vec<String> {
    find(text, &known()).into_iter().map(|found| format!("{} {}", found.kind, found.found)).collect()
}

#[test]
fn each_kind_is_found_as_people_write_it() {
    for (text, wanted) in [
        ("广州恒通线缆有限公司的产品", "enterprise 广州恒通线缆有限公司"),
        ("據恆通線纜反映", "enterprise 恆通線纜"),
        ("恒通的电缆", "enterprise 恒通"),
        ("请联系佛山金辉建材有限公司", "enterprise 佛山金辉建材有限公司"),
        ("由永兴五金厂供货", "enterprise 永兴五金厂"),
        ("专家陈志远认为", "person 陈志远"),
        ("陈 志 远认为", "person 陈 志 远"),
        ("王经理说", "person 王经理"),
        ("陈工来过", "person 陈工"),
        ("李建国先生", "person 李建国先生"),
        ("代码９１４４０１０１ＭＡ５ＤＭ０００１２。", "uscc ９１４４０１０１ＭＡ５ＤＭ０００１２"),
        ("91440300 MA5F 0000 5X 的企业", "uscc 91440300 MA5F 0000 5X"),
        ("身份证440106199001011234", "id_card 440106199001011234"),
        ("请拨１３８-００１３-８０００", "phone １３８-００１３-８０００"),
        ("+86 138 0013 8000", "phone 86 138 0013 8000"),
        ("座机(0755)8333 1234", "phone (0755)8333 1234"),
        ("恒大厂（电话 020-83339999）反映", "phone 020-83339999"),
        ("批号（A-2026(3)）不合格", "batch_no A-2026(3)"),
        ("热线400-800-1234", "phone 400-800-1234"),
        ("微信号：heng12345", "phone heng12345"),
        ("发到 zhang.san@hengtong.example 即可", "mail zhang.san@hengtong.example"),
        ("见 https://www.hengtong.com.cn/a?b=1。", "url https://www.hengtong.com.cn/a?b=1"),
        ("官网hengtong.com.cn有图", "url hengtong.com.cn"),
        ("住在花都区附近", "address 花都区"),
        ("中山市小榄镇的厂房", "address 小榄镇"),
        ("地址在广州市花地大道8号", "address 广州市花地大道8号"),
        ("报告 gd demo 001 不合格", "report_no gd demo 001"),
        ("报告编号：NO.2026A1234", "report_no 2026A1234"),
        ("批号 20260301-A 的铜杆", "batch_no 20260301-A"),
        ("使用飞鹰牌铜杆", "trademark 飞鹰牌"),
        ("商标为“飞鹰”的产品", "trademark 飞鹰"),
        ("执行Q/HTXL 001-2023。", "enterprise_standard Q/HTXL 001-2023"),
    ] {
        let found = told(text);
        assert!(found.iter().any(|one| one == wanted), "{text}: {found:?}");
    }
}

#[test]
fn what_leads_to_nobody_is_left_alone() {
    for text in [
        "导体电阻超过 GB/T 3956-2008 第5.1条的规定，铜杆电阻率偏高。",
        "本公司采购的原料、工厂的施工工艺和出厂检验均须记录。",
        "每班抽检 3 件，2026年3月1日前完成，偏差不大于 0.05 mm。",
        "铭牌、标牌、品牌均须符合要求；厂家应保存记录。",
        "广州市的企业可到广东省内的机构送检，某企业、某专家、某批次。",
        "",
    ] {
        assert_eq!(told(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn findings_have_their_places_and_replacements() {
    let text = "𠮷：广州恒通线缆有限公司，陈志远。";
    let found = find(text, &known());
    let places: Vec<_> = found.iter().map(|f| (f.start, f.length, f.replacement.as_str())).collect();
    assert_eq!(places, [(2, 10, "某企业"), (13, 3, "某专家")]);
    assert_eq!(replace(text, &places), "𠮷：某企业，某专家。");
    assert_eq!(replace(text, &[]), text);
}

#[test]
fn places_that_overlap_are_one_of_the_longest_kind() {
    let found = told("见 https://example.com/91440101MA5DM00012/GD-DEMO-001 等");
    assert_eq!(found, ["url https://example.com/91440101MA5DM00012/GD-DEMO-001"]);
}

#[test]
fn short_names_say_who_it_is() {
    let regions = ["广东省", "广东", "广州市", "广州"].map(str::to_owned);
    let forms = short_names("广州恒通线缆（广东）股份有限公司", &regions);
    for wanted in ["广州恒通线缆（广东）股份有限公司", "恒通线缆广东", "恒通线缆", "恒通"]
    {
        assert!(forms.iter().any(|form| form == wanted), "{wanted} of {forms:?}");
    }
    for no in ["广州", "线缆", "广东", "公司", ""] {
        assert!(!forms.iter().any(|form| form == no), "{no} of {forms:?}");
    }
}

#[test]
fn a_long_text_is_looked_through_to_its_bound() {
    let text = "陈志远，".repeat(MOST + 10);
    assert_eq!(find(&text, &known()).len(), MOST);
}

/// A secret as someone may write it: with blanks and dashes in between, or in wide characters.
fn disguised(text: &str, how: u8) -> String {
    let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic()).unwrap_or(c);
    match how % 4 {
        0 => text.to_owned(),
        1 => text.chars().map(wide).collect(),
        2 => text.chars().map(|c| format!("{c} ")).collect(),
        _ => text.to_lowercase(),
    }
}

proptest! {
    #[test]
    fn nothing_of_the_case_survives(
        parts in proptest::collection::vec(("[一-鿿，。a-z0-9 ]{0,12}", 0_usize..6, any::<u8>()), 0..8),
    ) {
        let secrets = [
            "广州恒通线缆有限公司", "恒通线缆", "陈志远", "91440101MA5DM00012", "020-83331234", "GD-DEMO-001",
        ];
        let text: String = parts.iter().map(|(before, which, how)| {
            format!("{before}{}", disguised(secrets[*which], *how))
        }).collect();
        let known = known();
        let found = find(&text, &known);
        let places: Vec<_> = found.iter().map(|f| (f.start, f.length, f.replacement.as_str())).collect();
        let stripped = crate::core::search::folded(&replace(&text, &places));
        for secret in secrets {
            prop_assert!(!stripped.contains(&crate::core::search::folded(secret)), "{secret} in {stripped} of {text}");
        }
        // What was put in leads to nobody itself.
        let again = find(&replace(&text, &places), &known);
        prop_assert!(again.iter().all(|f| secrets.iter().all(|s| !crate::core::search::folded(&f.found).contains(&crate::core::search::folded(s)))));
    }

    #[test]
    fn findings_never_overlap_and_are_what_stands_there(text in "[一-鿿市区镇路号公司厂牌王工a-z0-9@./ -]{0,60}") {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        for found in find(&text, &known()) {
            prop_assert!(found.start >= at && found.length > 0);
            at = found.start + found.length;
            prop_assert!(at <= chars.len());
            prop_assert_eq!(found.found, chars[found.start..at].iter().collect::<String>());
        }
    }

    #[test]
    fn a_mobile_number_is_found_however_it_is_grouped(
        number in "1[3-9][0-9]{9}", gap in prop_oneof!["", " ", "-"], before in "[一-鿿]{0,5}",
    ) {
        let (a, rest) = number.split_at(3);
        let (b, c) = rest.split_at(4);
        let text = format!("{before}{a}{gap}{b}{gap}{c}。");
        let found = find(&text, &Known::default());
        prop_assert!(found.iter().any(|f| f.found.contains(c) && f.found.contains(a)), "{text}: {found:?}");
    }
}
