use super::*;
use proptest::prelude::*;

fn codes() -> impl Strategy<Value = String> {
    let organisation = prop::collection::vec(0..31usize, 8);
    let prefectures = prop::sample::select(regions::any_known());
    (0..3usize, prefectures, 0..100u32, organisation).prop_map(|(kind, prefecture, place, organisation)| {
        let organisation: String = organisation.iter().map(|at| char::from(ALPHABET[*at])).collect();
        completed(&format!("{}{prefecture}{place:02}", ["91", "92", "51"][kind]), &organisation).unwrap()
    })
}

#[test]
fn codes_of_known_companies_hold() {
    for code in [
        "9144030071526726XG",
        "914403001922038216",
        "91440300192317458F",
        "91440400192548256N",
        "91330100799655058B",
    ] {
        assert_eq!(Uscc::parse(code).unwrap().as_str(), code);
    }
}

#[test]
fn spellings_are_normalised() {
    for text in [
        "9144030071526726xg",
        " 91440300 71526726XG ",
        "\u{feff}9144030071526726XG\t",
        "９１４４０３００７１５２６７２６ＸＧ",
        "９１４４０３００７１５２６７２６ｘｇ\u{3000}",
        "914403\u{a0}00715267\u{200b}26XG\u{2060}",
        "9144030071526726XG\r\n",
    ] {
        assert_eq!(Uscc::parse(text).unwrap().as_str(), "9144030071526726XG", "{text:?}");
    }
}

#[test]
fn faults_are_told_apart() {
    let fault = |text: &str| Uscc::parse(text).unwrap_err();
    assert_eq!(fault(""), UsccFault::Length { length: 0 });
    assert_eq!(fault("91440300"), UsccFault::Length { length: 8 });
    assert_eq!(fault("9144030071526726XG9"), UsccFault::Length { length: 19 });
    assert_eq!(fault("9144030071526726OG"), UsccFault::Character { place: 17, found: 'O' });
    assert_eq!(fault("中144030071526726XG"), UsccFault::Character { place: 1, found: '中' });
    assert_eq!(fault("9144030071526726XH"), UsccFault::Checksum);
    assert!(fault("91440300").text().zh.contains("现为 8 位"));
}

#[test]
fn every_part_is_verified() {
    let fault = |text: &str| Uscc::parse(text).unwrap_err();
    let identity = fault("440103199109263101");
    assert_eq!(identity, UsccFault::IdentityCard);
    assert!(identity.text().zh.contains("身份号码"));
    for registration in ["94440103", "B1440103", "99440103", "Y2440103", "24440103"] {
        let code = completed(registration, "MA5GDP01").unwrap();
        let holds = registration == "99440103";
        assert_eq!(Uscc::parse(&code).is_ok(), holds, "{code}");
    }
    // The committees of villagers and of residents.
    for registration in ["54440103", "55440103"] {
        assert!(Uscc::parse(&completed(registration, "MF5GDP01").unwrap()).is_ok(), "{registration}");
    }
    for region in ["910000", "004401", "A44010", "994401", "446601", "440A03", "100100", "149800", "469901"] {
        let code = completed(&format!("91{region}"), "MA5GDP01").unwrap();
        assert_eq!(fault(&code), UsccFault::Region { found: region.to_owned() });
    }
    // The last character fits, the organisation's own does not.
    let mut code = b"9144010371526726".to_vec();
    code.push(b'0');
    code.push(check_character(&code).unwrap());
    assert_eq!(fault(std::str::from_utf8(&code).unwrap()), UsccFault::Organisation);
    assert_eq!(organisation_check(b"D2143569"), Some(b'X'));
    assert_eq!(organisation_check(b"71526726"), Some(b'X'));
    assert_eq!(organisation_check(b"7152672"), None);
    // One that an officer let in stays readable.
    let admitted = BTreeSet::from([Uscc::shaped("91350203B34F4L2UX3").unwrap()]);
    assert_eq!(Uscc::parse_or_admitted(" 91350203b34f4l2ux3", &admitted), Ok(*admitted.first().unwrap()));
    assert_eq!(Uscc::parse_or_admitted("91350203B34F4L2UX4", &admitted), Err(UsccFault::Checksum));
    assert!(matches!(Uscc::parse_or_admitted("91350203B34F4L2UX", &admitted), Err(UsccFault::Length { .. })));
    assert_eq!(fault("91350203B34F4L2UX3"), UsccFault::Checksum);
}

/// Numbers that registers use, beside those of today's districts: a city's own office, zones, what a province administers directly, former
/// divisions (Laiwu, Chaohu, Xiangfan's successor, Tongren).
#[test]
fn every_region_of_a_register_holds() {
    for region in [
        "100000", "110108", "110302", "310115", "310141", "500103", "500228", "120316", "440000", "440003",
        "440101", "440106", "440300", "441900", "442000", "445381", "320594", "330201", "370211", "610131",
        "611102", "149900", "520900", "133100", "130638", "429004", "469027", "659001", "419001", "371202",
        "341402", "420606", "522201", "652925", "810000",
    ] {
        let code = completed(&format!("91{region}"), "MA5GDP01").unwrap();
        assert!(Uscc::parse(&code).is_ok(), "{region}: {:?}", Uscc::parse(&code));
    }
}

proptest! {
    #[test]
    fn a_code_round_trips(code in codes()) {
        prop_assert_eq!(Uscc::parse(&code).unwrap().to_string(), code.clone());
        prop_assert_eq!(Uscc::parse(&code.to_lowercase()).unwrap().to_string(), code);
    }

    #[test]
    fn a_changed_character_is_found(code in codes(), at in 0..18usize, other in 0..31usize) {
        let mut changed = code.clone().into_bytes();
        prop_assume!(changed[at] != ALPHABET[other]);
        changed[at] = ALPHABET[other];
        prop_assert!(Uscc::parse(std::str::from_utf8(&changed).unwrap()).is_err());
        prop_assert_ne!(changed[17], check_character(&changed[..17]).unwrap());
    }

    #[test]
    fn swapped_neighbours_are_found(code in codes(), at in 0..17usize) {
        let mut swapped = code.clone().into_bytes();
        prop_assume!(swapped[at] != swapped[at + 1]);
        swapped.swap(at, at + 1);
        prop_assert!(Uscc::parse(std::str::from_utf8(&swapped).unwrap()).is_err());
        prop_assert_ne!(swapped[17], check_character(&swapped[..17]).unwrap());
    }

    #[test]
    fn any_text_gets_an_answer(text in any::<String>()) {
        let _ = Uscc::parse(&text);
    }
}
