use super::*;

const ABOUT: &[&str] = &["factory-one", "王小明", "quality.desk@factory.example", "13800138000"];

fn reason(password: &str) -> &'static str {
    judge(password, ABOUT).err().map_or("", |(_, en)| en)
}

#[test]
fn a_password_that_takes_many_guesses_is_taken_whatever_its_characters() {
    for good in [
        "correct horse battery",
        "another good passphrase",
        "korrekt-pferd-2026",
        "quiet river lamp",
        "claim-password-1",
        "零缺陷是我们的目标呀",
        "кот сидит на окне",
        "vQ7mz2kRxw",
    ] {
        assert_eq!(reason(good), "", "{good}");
    }
}

#[test]
fn length_is_counted_in_characters_of_the_normal_form() {
    for (bad, what) in [
        ("q7mz2kRxw", "nine"),
        ("", "none"),
        (&*"长".repeat(129), "129"),
        (&*"kx 7".repeat(100_000), "a great many"),
    ] {
        assert!(reason(bad).starts_with("must be 10 to 128"), "{what}");
    }
    assert!(fits("ﬁﬁﬁﬁﬁ"), "five ligatures are ten letters");
    assert!(!fits("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"), "five letters with accents are five");
}

#[test]
fn common_and_breached_passwords_are_refused() {
    for bad in [
        "1234567890",
        "password123",
        "Password123!",
        "P@ssw0rd123",
        "qwertyuiop",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "iloveyou123",
        "admin123456",
        "Admin@2024",
        "Admin@123456",
        "woaini1314",
        "woaini1314520",
        "woaini@1314",
        "5201314520",
        "a123456789",
        "aa123456789",
        "Aa123456@@",
        "Guangdong@2026",
        "guangzhou123",
        "trustno1trustno1",
        "letmein123456",
        "summer2026!",
        "football2024",
        "welcome123456",
        "Pass@word2024",
        "zhangwei123",
        "１２３４５６７８９０",
    ] {
        assert_ne!(reason(bad), "", "{bad}");
    }
    assert!(reason("password123").starts_with("is a common password"));
    assert!(
        reason("ＰＡＳＳＷＯＲＤ１２３").starts_with("is a common password"),
        "full-width letters hide nothing"
    );
}

#[test]
fn what_everybody_knows_is_refused() {
    for bad in [
        "zerodesk-demo",
        "ZeroDesk Demo 2026",
        "zer0desk-dem0",
        "correcthorsebatterystaple",
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple-1",
        "the quick brown fox",
    ] {
        assert!(reason(bad).contains("everybody knows"), "{bad}: {}", reason(bad));
    }
}

#[test]
fn patterns_are_refused() {
    for bad in
        ["aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijk", "1111111111", "密码密码密码密码密码", "zxcvbnm,./"]
    {
        assert_ne!(reason(bad), "", "{bad}");
    }
    assert!(reason("aaaaaaaaaaaa").contains("repeated"));
    assert!(reason("1990-01-01").contains("date"), "{}", reason("1990-01-01"));
}

#[test]
fn the_name_of_the_person_and_of_the_platform_is_no_password() {
    for bad in [
        "factory-one",
        "Factory One",
        "factoryone2026",
        "FACTORY-ONE!!",
        "factory-onefactory-one",
        "王小明12345!!!!",
        "wangxiaoming88",
        "WangXiaoMing@2026",
        "xiaoming.wang1",
        "quality.desk1",
        "quality.desk@factory.example",
        "13800138000",
        "13800138000abc",
    ] {
        assert!(reason(bad).contains("username"), "{bad}: {}", reason(bad));
    }
    for bad in ["zerodesk2026", "ZeroDesk@2026", "zerodeskzerodesk", "１zerodesk２３４５"] {
        assert!(reason(bad).contains("platform"), "{bad}: {}", reason(bad));
    }
    assert_eq!(reason("a factory makes violet kettles"), "", "a word of the name within a phrase");
}

#[test]
fn the_normal_form_is_one_for_all_ways_of_typing() {
    assert_eq!(normal("Ｃｏｒｒｅｃｔ　ｈｏｒｓｅ１２"), "Correct horse12");
    assert_eq!(normal("cafe\u{301}"), normal("caf\u{e9}"));
    assert!(matches!(normal("plain ASCII, as it was"), Cow::Borrowed(_)));
}
