//! What often fails, in English: offices write items in their own words, and a page in English shows those that are known here. Pure.

/// Items in Chinese, sorted, each with its English name.
const ITEMS: &[(&str, &str)] = &[
    ("pH值", "pH value"),
    ("一氧化碳含量", "carbon monoxide content"),
    ("不透水性", "watertightness"),
    ("净含量", "net content"),
    ("制动性能", "braking performance"),
    ("力学性能", "mechanical properties"),
    ("可分解致癌芳香胺染料", "banned azo dyes"),
    ("可迁移元素", "migration of certain elements"),
    ("吸水率", "water absorption"),
    ("导体电阻", "conductor resistance"),
    ("小零件", "small parts"),
    ("屈服强度", "yield strength"),
    ("总养分", "total nutrients"),
    ("总迁移量", "overall migration"),
    ("感官要求", "sensory requirements"),
    ("抗压强度", "compressive strength"),
    ("抗折强度", "flexural strength"),
    ("拉伸强度", "tensile strength"),
    ("挥发性有机化合物", "volatile organic compounds"),
    ("接地", "earthing"),
    ("接地措施", "provision for earthing"),
    ("插头尺寸", "dimensions of the plug"),
    ("整车质量", "mass of the vehicle"),
    ("断裂伸长率", "elongation at break"),
    ("最高车速", "maximum speed"),
    ("机械强度", "mechanical strength"),
    ("标志", "marking"),
    ("标签", "labelling"),
    ("标识", "marking"),
    ("气密性", "gas tightness"),
    ("泄漏电流", "leakage current"),
    ("温升", "temperature rise"),
    ("漆膜附着力", "adhesion of the coating"),
    ("热效率", "thermal efficiency"),
    ("熄火保护装置", "flame supervision device"),
    ("燃烧性能", "burning behaviour"),
    ("爬电距离", "creepage distance"),
    ("甲醛含量", "formaldehyde content"),
    ("甲醛释放量", "formaldehyde emission"),
    ("电气强度", "electric strength"),
    ("电气间隙", "clearance"),
    ("破坏强度", "breaking strength"),
    ("硫含量", "sulphur content"),
    ("稳定性", "stability"),
    ("纤维含量", "fibre content"),
    ("细菌菌落总数", "total bacterial count"),
    ("结构", "construction"),
    ("绝缘", "insulation"),
    ("绝缘厚度", "insulation thickness"),
    ("绝缘电阻", "insulation resistance"),
    ("耐压性能", "resistance to pressure"),
    ("耐摩擦色牢度", "colour fastness to rubbing"),
    ("耐热", "resistance to heat"),
    ("脱色试验", "decolorisation test"),
    ("色牢度", "colour fastness"),
    ("说明书", "instructions"),
    ("输入功率", "input power"),
    ("辛烷值", "octane number"),
    ("邻苯二甲酸酯", "phthalates"),
    ("重量偏差", "deviation of mass"),
    ("重金属", "heavy metals"),
    ("铅含量", "lead content"),
    ("镉含量", "cadmium content"),
    ("防触电保护", "protection against electric shock"),
    ("阻燃性能", "flame retardance"),
    ("骚扰电压", "disturbance voltage"),
];

/// The English name of an item, where it is known.
pub fn english(item: &str) -> Option<&'static str> {
    let at = ITEMS.binary_search_by_key(&item.trim(), |(zh, _)| *zh).ok()?;
    ITEMS.get(at).map(|(_, en)| *en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_and_found() {
        assert!(ITEMS.is_sorted_by_key(|(zh, _)| *zh));
        for (zh, en) in ITEMS {
            assert_eq!(english(&format!(" {zh}")), Some(*en));
        }
        assert_eq!(english("某项目"), None);
    }
}
