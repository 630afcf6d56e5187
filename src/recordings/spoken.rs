//! What the samplers say into the camera at the beginning: words that follow from the nonce, so that a film can't be older than it. Pure.

/// Words that are easily said and told apart, 64 of them.
const WORDS: [&str; 64] = [
    "青山", "大海", "白云", "红旗", "春天", "秋水", "明月", "高楼", "长江", "黄河", "东风", "南国", "西湖",
    "北京", "金桥", "银杏", "木棉", "荔枝", "火车", "土地", "石头", "竹林", "梅花", "兰草", "菊花", "松树",
    "柳叶", "桃园", "苹果", "香蕉", "西瓜", "葡萄", "老虎", "大象", "骏马", "山羊", "白鹤", "孔雀", "蝴蝶",
    "蜻蜓", "金鱼", "海豚", "雨伞", "书包", "铅笔", "电灯", "钟表", "钥匙", "早晨", "中午", "傍晚", "星空",
    "彩虹", "闪电", "大雪", "清泉", "平原", "草地", "村庄", "港口", "码头", "机场", "公园", "学校",
];

/// Four digits and two words.
pub fn words(nonce: &[u8]) -> String {
    let byte = |at: usize| nonce.get(at).copied().unwrap_or(0);
    let number = (u32::from(byte(0)) * 256 + u32::from(byte(1))) % 10_000;
    let word = |at: usize| WORDS.get(usize::from(byte(at) % 64)).copied().unwrap_or_default();
    format!("{number:04} {} {}", word(2), word(3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn they_follow_from_the_nonce() {
        assert_eq!(words(&[0x12, 0x67, 0, 63]), "4711 青山 学校");
        assert_eq!(words(&[0, 7, 64, 1]), "0007 青山 大海");
        assert_eq!(WORDS.iter().collect::<BTreeSet<_>>().len(), 64);
    }
}
