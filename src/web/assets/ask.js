/**
 * The form that asks an expert: the kind of product is asked for only where the question is about no record.
 * @module
 */
const form = document.getElementById('ask');
const [record, kind] = [form.elements.nonconformity, form.elements.product_kind];
const row = kind.closest('label');
function show() {
  row.hidden = Boolean(record.value);
  kind.disabled = row.hidden;
}
record.addEventListener('change', show);
form.addEventListener('restored', show);
show();
