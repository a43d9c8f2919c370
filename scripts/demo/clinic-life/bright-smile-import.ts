import type { ImportedRow } from './clinic-life.ts';

// first name | last name | born | e-mail | phones | city | tags | note
const lines = `
Irina|Hossu|1984-03-12|irina.hossu@mail.example|+40 700 000 022|Cluj-Napoca|Recall due|
Matei|Hossu|2015-05-20||+40 700 000 022|Cluj-Napoca|Child|Comes with his mother. Likes to hold the mirror himself.
Ilinca|Hossu|2018-09-02||+40 700 000 022|Cluj-Napoca|Child|
Adrian|Mocanu|1971-10-14|adrian.mocanu@mail.example|+40 700 000 040|Cluj-Napoca||
Andreea|Chirilă|1992-07-07|andreea.chirila@mail.example|+40 700 000 041|Cluj-Napoca|Ortho|
Beatrice|Șerban|1986-12-03|beatrice.serban@mail.example|+40 700 000 042|Florești|Recall due|
Călin|Rotaru|1959-04-25||+40 700 000 043;0264 000 143|Apahida|Implant|Asks to be called on the landline.
Carmen|Iliescu|1967-01-31|carmen.iliescu@mail.example|+40 700 000 044|Cluj-Napoca||
Corina|Dumbravă|1999-06-18|corina.dumbrava@student.example|+40 700 000 045|Cluj-Napoca|Ortho|
Cosmin|Albu|1989-02-09|cosmin.albu@firma.example|+40 700 000 046|Cluj-Napoca||
Daniela|Voicu|1975-05-05|daniela.voicu@mail.example|+40 700 000 047|Turda|Anxious|Wants everything explained beforehand.
Doru|Bucur|1947-08-16||+40 700 000 048|Câmpia Turzii|Recall due|
Elisabeta|Sárközi|1981-11-11|erzsi.sarkozi@mail.example|+40 700 000 049|Cluj-Napoca||
Eugen|Tănase|1963-03-03|eugen.tanase@firma.example|+40 700 000 050|Cluj-Napoca|VIP|
Florin|Gavrilă|1990-10-27|florin.gavrila@mail.example|+40 700 000 051|Gilău||
Gabriela|Nistor|1978-01-20|gabriela.nistor@mail.example|+40 700 000 052|Cluj-Napoca|Recall due|
Horia|Căpușan|2002-04-13|horia.capusan@student.example|+40 700 000 053|Cluj-Napoca|Ortho|
Ileana|Mureșan|1955-09-29||+40 700 000 054|Gherla|Implant|
Ionuț|Fărcaș|1994-12-30|ionut.farcas@mail.example|+40 700 000 055|Florești||
Iulia|Benedek|1997-07-01|iulia.benedek@mail.example|+40 700 000 056|Cluj-Napoca|Anxious|
Laurențiu|Coman|1985-06-06|laurentiu.coman@firma.example|+40 700 000 057|Cluj-Napoca||
Lavinia|Pașca|1973-02-14|lavinia.pasca@mail.example|+40 700 000 058|Dej|Recall due|
Marius|Oltean|1988-08-22|marius.oltean@mail.example|+40 700 000 059|Cluj-Napoca||
Monica|Zaharia|1969-05-17|monica.zaharia@mail.example|+40 700 000 060|Cluj-Napoca|Implant|
Nicoleta|Drăgan|1991-11-05|nicoleta.dragan@mail.example|+40 700 000 061|Apahida||
Octavian|Sava|1958-10-10||+40 700 000 062|Cluj-Napoca|Recall due|
Oana|Precup|2007-03-24|oana.precup@student.example|+40 700 000 063|Cluj-Napoca|Ortho|Her father pays; invoices go to his address.
Paul|Lazăr|1982-09-15|paul.lazar@mail.example|+40 700 000 064|Florești||
Petronela|Igna|1976-04-08|petronela.igna@mail.example|+40 700 000 065|Turda||
Raluca|Sîrbu|1995-01-26|raluca.sirbu@mail.example|+40 700 000 066|Cluj-Napoca|VIP|
Sorin|Văduva|1965-12-19|sorin.vaduva@firma.example|+40 700 000 067|Cluj-Napoca||
Teodora|Mihalache|1987-07-21|teodora.mihalache@mail.example|+40 700 000 068|Cluj-Napoca|Recall due|
Traian|Buda|1940-02-02||0264 000 168|Huedin||Hears badly on the phone; his daughter makes the appointments.
`;

/** Clients whom Bright Smile brought along from the program it used before. */
export const brightSmileImport: ImportedRow[] = lines
  .trim()
  .split('\n')
  .map((line) => {
    const [first_name = '', last_name = '', born, emails, phones, city = '', tags, note] = line.split('|');
    return {
      first_name,
      last_name,
      ...(born ? { date_of_birth: born } : {}),
      emails: listOf(emails),
      phones: listOf(phones),
      city,
      tags: listOf(tags),
      ...(note ? { note } : {}),
    };
  });

function listOf(text = ''): string[] {
  return text.split(';').filter((each) => each !== '');
}
