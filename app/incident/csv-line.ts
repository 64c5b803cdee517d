/** The fields of one row of CSV; null when a quoted field does not end in it. */
export function readCsv(row: string): readonly string[] | null {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (row[at] === '"') {
      let value = '';
      let from = at + 1;
      for (;;) {
        const quote = row.indexOf('"', from);
        if (quote < 0) return null;
        value += row.slice(from, quote);
        if (row[quote + 1] !== '"') {
          at = quote + 1;
          break;
        }
        value += '"';
        from = quote + 2;
      }
      fields.push(value);
    } else {
      const comma = row.indexOf(',', at);
      const end = comma < 0 ? row.length : comma;
      fields.push(row.slice(at, end));
      at = end;
    }
    if (row[at] !== ',') return fields;
    at += 1;
  }
}
