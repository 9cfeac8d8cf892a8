"""What people say for a value, in many ways: numbers, days, times, amounts, names, and fields of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogs import normal, spelling
from dialogs.formats import _MONTHS
from dialogs.service import Field
from dialogs.words import ONES
from hardware.speech.numbers import english_number, number_words, ordinal

TODAY = date(2026, 11, 24)  # a Tuesday

NUMBERS: dict[str, int | None] = {
    "zwoundzwanzig": 22, "zwo und zwanzig": 22, "ein hundert drei und zwanzig": 123,
    "einhundertdreiundzwanzig": 123, "hundert dreiundzwanzig": 123, "hundert und drei": 103,
    "ein und zwanzig": 21, "einundzwanzig jahre": 21, "zweitausend sechsundzwanzig": 2026,
    "zwei tausend sechs und zwanzig": 2026, "null": 0, "eins": 1, "ein": 1, "eine": 1, "keine": 0,
    "keins": 0, "keiner": 0, "kein": 0, "fuffzehn": 15, "fünfzehn": 15, "fuffzich": 50, "zwanzich": 20,
    "dreissig": 30, "dreißig": 30, "sechszehn": 16, "siebzehn": 17, "siebenzehn": 17, "elf": 11, "zwölf": 12,
    "zwoelf": 12, "fuenf": 5, "dreihunderttausend": 300000, "ungefähr fünfzig": 50, "so um die vierzig": 40,
    "wir sind zu dritt": 3, "zu zweit": 2, "zu viert": 4, "wir sind vier personen": 4,
    "ich und meine frau": None, "ein paar": None, "fünf personen": 5, "zwei kinder": 2,
    "zwei erwachsene und drei kinder": None, "anderthalb": None, "eineinhalb": None, "zweieinhalb": None,
    "sechs komma fünf": None, "twenty two": 22, "twentytwo": 22, "one hundred twenty three": 123,
    "two thousand and twenty six": 2026, "forty-two": 42, "nil": 0, "none": 0, "no children": 0,
    "fifty five square metres": 55, "fünfundfünfzig quadratmeter": 55, "achtzehn hundert": 1800,
    "siebzehnhundert": 1700, "neunzehnhundertachtzig": 1980, "1.200": 1200, "1200": 1200, "72 qm": 72,
    "zwei hundert sechs und fünfzig tausend": 256000, "hunderteinundzwanzig": 121,
    "eine person": 1, "ich wohne allein": 1, "just me": 1, "ich habe keine kinder": 0, "minus drei": None,
    "-3": None,
}  # fmt: skip
LENGTHS: dict[str, int | None] = {
    "ein meter zwei und achtzig": 182, "einen meter achtzig": 180, "eins achtzig": 180, "eins siebzig": 170,
    "einsachtundsechzig": 168, "eins fünf und sechzig": 165, "hundertachtzig": 180,
    "hundert achtzig zentimeter": 180, "one metre seventy": 170, "one seventy five": 175, "zwei meter": 200,
    "zwei meter drei": 203, "eins null acht": None, "einen meter und zweiundsiebzig": 172,
    "ein meter sechzig zentimeter": 160, "a hundred and seventy": 170, "ein komma acht meter": 180,
    "ein meter fünf": 105, "ich bin eins sechzig groß": 160, "eins sechzig groß": 160,
    "ungefähr eins achtzig": 180, "anderthalb meter": 150, "eineinhalb meter": 150,
    "einmeter achtzig": 180, "einmetersiebzig": 170, "1m82": 182, "1 m 80": 180,
}  # fmt: skip
FIGURES: dict[str, str | None] = {
    "null eins sieben eins": "0171", "null eins sieben sechs dreiundzwanzig fünfundvierzig": "01762345",
    "fünfzig sechs siebenundsechzig": "50667", "fünfzig tausend sechshundert siebenundsechzig": "50667",
    "fünfzigtausendsechshundertsiebenundsechzig": "50667", "fünf null sechs sechs sieben": "50667",
    "fünfzig sechs sechs sieben": "50667", "zwo zwo zwo": "222", "drei mal die fünf": "555",
    "dreimal die fünf": "555", "zwei mal die null drei": "003", "triple five": "555",
    "double oh seven": "007", "nought one two": "012", "fünf null sechs sechs sieben köln": None,
    "dann eins zwei": "12", "und dann drei": "3", "komma": None,
}  # fmt: skip
PAST_DAYS: dict[str, date | None] = {
    "erster erster neunzehnhundertachtzig": date(1980, 1, 1),
    "erster erster neunzehn hundert achtzig": date(1980, 1, 1),
    "dritter fünfter fünfundachtzig": date(1985, 5, 3), "dritter fünfter fünf und achtzig": date(1985, 5, 3),
    "drei fünf fünfundachtzig": date(1985, 5, 3),
    "drei fünf neunzehnhundertfünfundachtzig": date(1985, 5, 3),
    "am dritten mai fünfundachtzig": date(1985, 5, 3),
    "ich bin am dritten fünften neunzehnhundertfünfundachtzig geboren": date(1985, 5, 3),
    "geboren am zwölften august vierundsechzig": date(1964, 8, 12),
    "null drei null fünf neunzehnhundertfünfundachtzig": date(1985, 5, 3),
    "null drei null fünf fünfundachtzig": date(1985, 5, 3),
    "null dritter null fünfter fünfundachtzig": date(1985, 5, 3), "03051985": date(1985, 5, 3),
    "1985-05-03": date(1985, 5, 3), "3.5.85": date(1985, 5, 3), "03.05.1985": date(1985, 5, 3),
    "3. Mai 1985": date(1985, 5, 3), "drei mai fünfundachtzig": date(1985, 5, 3),
    "einundzwanzigster zwölfter zweitausend": date(2000, 12, 21),
    "ein und zwanzigster zwölfter zweitausendzehn": date(2010, 12, 21),
    "einundzwanzigster zwölfter zwanzig zehn": date(2010, 12, 21),
    "siebter siebter siebenundsiebzig": date(1977, 7, 7),
    "siebenter siebter siebenundsiebzig": date(1977, 7, 7),
    "der achte achte achtundachtzig": date(1988, 8, 8), "achter achter acht und achtzig": date(1988, 8, 8),
    "dreißigster juni neunzehnhundertneunzig": date(1990, 6, 30),
    "zwanzigster zweiter zweitausend zwei": date(2002, 2, 20), "zwoter zwoter zweitausend": date(2000, 2, 2),
    "erste märz zweitausendundeins": date(2001, 3, 1), "third of may nineteen eighty five": date(1985, 5, 3),
    "may third nineteen eighty five": date(1985, 5, 3),
    "may the third nineteen eighty five": date(1985, 5, 3), "the third of may eighty five": date(1985, 5, 3),
    "twenty first december two thousand": date(2000, 12, 21),
    "the twenty first of december two thousand and ten": date(2010, 12, 21),
    "twenty-first of december 2010": date(2010, 12, 21), "february 29th 2000": date(2000, 2, 29),
    "second of the third nineteen ninety": date(1990, 3, 2), "five may nineteen ninety": date(1990, 5, 5),
    "first january nineteen oh five": date(1905, 1, 1), "31st of january 1999": date(1999, 1, 31),
    "vorgestern": date(2026, 11, 22), "the day before yesterday": date(2026, 11, 22),
    "heute": date(2026, 11, 24), "am heutigen tag": None, "letzten montag": date(2026, 11, 23),
    "letzten mittwoch": date(2026, 11, 18), "vor drei tagen": date(2026, 11, 21),
    "vor einer woche": date(2026, 11, 17), "vor zwei wochen": date(2026, 11, 10),
    "three days ago": date(2026, 11, 21), "last monday": date(2026, 11, 23),
    "a week ago": date(2026, 11, 17), "zum ersten november": date(2026, 11, 1),
    "seit dem ersten november": date(2026, 11, 1), "am ersten": date(2026, 11, 1),
    "am ersten elften": date(2026, 11, 1), "neunzehnhundert achtzig": None,
    "mai neunzehnhundertachtzig": None, "einunddreißigster april zweitausend": None,
    "heiligabend neunzehnhundertachtzig": date(1980, 12, 24),
    "silvester neunzehnhundertachtzig": date(1980, 12, 31),
    "12. Aug 1964": date(1964, 8, 12), "3. Dez. 1950": date(1950, 12, 3),
    "letztes jahr am ersten märz": date(2025, 3, 1), "vom ersten bis zum dritten märz": None,
}  # fmt: skip
COMING_DAYS: dict[str, date | None] = {
    "morgen": date(2026, 11, 25), "übermorgen": date(2026, 11, 26), "über morgen": date(2026, 11, 26),
    "nächsten mittwoch": date(2026, 11, 25), "nächsten dienstag": date(2026, 12, 1),
    "am freitag": date(2026, 11, 27), "kommenden montag": date(2026, 11, 30),
    "nächste woche donnerstag": date(2026, 12, 3), "in drei tagen": date(2026, 11, 27),
    "in zwei wochen": date(2026, 12, 8), "in einer woche": date(2026, 12, 1),
    "heute in einer woche": date(2026, 12, 1), "next wednesday": date(2026, 11, 25),
    "on friday": date(2026, 11, 27), "tomorrow": date(2026, 11, 25),
    "the day after tomorrow": date(2026, 11, 26), "in two weeks": date(2026, 12, 8),
    "zum ersten dezember": date(2026, 12, 1), "am ersten januar": date(2027, 1, 1),
    "ab dem ersten ersten": date(2027, 1, 1), "zum ersten": date(2026, 12, 1),
    "am fünfzehnten": date(2026, 12, 15), "am ersten januar zweitausendsiebenundzwanzig": date(2027, 1, 1),
    "erster märz": date(2027, 3, 1), "silvester": date(2026, 12, 31), "am ersten märz": date(2027, 3, 1),
    "first of march": date(2027, 3, 1), "heute": date(2026, 11, 24), "seit gestern": date(2026, 11, 23),
    "ab sofort": date(2026, 11, 24), "sofort": date(2026, 11, 24), "ende des monats": date(2026, 11, 30),
    "zum monatsende": date(2026, 11, 30),
    "freitag in zwei wochen": date(2026, 12, 11), "übernächsten freitag": date(2026, 12, 4),
    "nächstes jahr am ersten dezember": date(2027, 12, 1), "vom ersten bis zum dritten dezember": None,
}  # fmt: skip
TIMES: dict[str, time | None] = {
    "viertel drei": time(2, 15), "halb vier": time(3, 30), "dreiviertel acht": time(7, 45),
    "drei viertel acht": time(7, 45), "fünf vor halb neun": time(8, 25), "fünf nach halb neun": time(8, 35),
    "zwanzig vor neun": time(8, 40), "zwanzig nach acht": time(8, 20), "fünf vor dreiviertel acht": None,
    "viertel vor acht uhr": time(7, 45), "acht uhr": time(8), "acht": time(8),
    "vierzehn uhr dreißig": time(14, 30), "vierzehn dreißig": time(14, 30),
    "um zwei uhr nachmittags": time(14), "halb drei nachmittags": time(14, 30), "zwölf uhr": time(12),
    "null uhr": time(0), "null uhr fünf": time(0, 5), "kurz nach acht": None, "zehn uhr morgens": time(10),
    "sieben uhr abends": time(19), "acht uhr abends": time(20), "ein uhr": time(1), "eins": time(1),
    "halb eins": time(0, 30), "halb eins mittags": time(12, 30), "viertel eins": time(0, 15),
    "14:30": time(14, 30), "14.30 uhr": time(14, 30), "8 Uhr 30": time(8, 30), "twenty to nine": time(8, 40),
    "quarter past three pm": time(15, 15), "three pm": time(15), "3 pm": time(15), "3:30 pm": time(15, 30),
    "half past twelve": time(12, 30), "twelve am": time(0), "12 pm": time(12),
    "a quarter to nine": time(8, 45), "nine in the morning": time(9), "ten o clock": time(10),
    "oh eight hundred": None, "zehn vor zwölf": time(11, 50), "fünf minuten vor acht": time(7, 55),
    "acht uhr und fünfzehn minuten": time(8, 15), "gegen halb zehn": time(9, 30), "so um neun": time(9),
    "elf uhr nachts": time(23), "vierundzwanzig uhr": time(0), "eighteen hundred hours": None,
    "sechs uhr früh": time(6),
}  # fmt: skip
AMOUNTS: dict[str, int | None] = {
    "sechs und vierzig euro zwanzig": 4620, "sechsundvierzig euro zwanzig": 4620,
    "sechsundvierzig euro und zwanzig cent": 4620, "sechsundvierzig komma zwei null euro": 4620,
    "sechs und vierzig komma zwanzig": 4620, "ein euro": 100, "einen euro fünfzig": 150,
    "ein euro fünf": 105, "null komma fünf euro": 50, "neunundneunzig cent": 99,
    "ein tausend fünf hundert euro": 150000, "fünfzehnhundert euro": 150000, "anderthalb euro": 150,
    "anderthalbtausend euro": 150000, "zweieinhalbtausend euro": 250000, "eineinhalb tausend euro": 150000,
    "hundert euro": 10000, "ungefähr tausend euro": 100000, "etwa achthundert euro im monat": 80000,
    "achthundert euro kalt": 80000, "46,20": 4620, "46.20": 4620, "1.500 €": 150000, "1 500 euro": 150000,
    "46 Euro 20": 4620, "€46.20": 4620, "fifteen hundred euros": 150000,
    "one thousand five hundred euros": 150000, "forty six euros twenty": 4620, "five euros": 500,
    "five hundred and twenty euros": 52000, "nichts": 0, "null euro": 0, "keine miete": None,
    "zwanzig euro fuffzig": 2050, "sechshundertfünfzig": 65000, "zwei euro neunundneunzig": 299,
    "tausend euro und fünfzig cent": 100050, "hundert und fünf euro": 10500,
    "ein euro neun und neunzig": 199,
    "ich verdiene zweitausend euro": 200000, "die miete beträgt achthundert euro": 80000,
    "so um die achthundert euro": 80000, "1000,- €": 100000, "-5": None, "minus hundert": None,
    "unter 1000 euro": None,
}  # fmt: skip
NAMES: dict[str, str | None] = {
    "müller mit ü": "Müller", "mueller mit ue": "Mueller", "mueller mit ü": "Müller",
    "weiß mit doppel s": "Weiss", "weiss mit scharfem s": "Weiß", "weiss mit ß": "Weiß",
    "weiss mit eszett": "Weiß", "strauß mit doppel s": "Strauss", "strauss mit scharfem s": "Strauß",
    "meier mit a i": "Maier", "maier mit e y": "Meyer", "meyer mit y": "Meyer", "mayer mit a y": "Mayer",
    "meier mit e ypsilon": "Meyer", "schmidt mit d t": "Schmidt", "schmitt mit doppel t": "Schmitt",
    "schmidt mit zwei t": "Schmitt", "schmid nur mit d": "Schmid", "schmidt nur mit d": "Schmid",
    "becker mit c k": "Becker", "beker mit c k": "Becker", "lukas mit c": "Lucas", "klaus mit c": "Claus",
    "carl mit k": "Karl", "karl mit c": "Carl", "philip mit doppel p": "Philipp",
    "filipp mit p h": "Philipp", "tomas mit t h": "Thomas", "thomas ohne h": "Tomas",
    "günter mit t h": "Günther", "walter mit t h": "Walther", "vogt mit v": "Vogt",
    "fischer mit v": "Vischer", "schulz mit t z": "Schultz", "schulze": "Schulze",
    "müller schmidt mit bindestrich": "Müller-Schmidt", "müller minus schmidt": "Müller-Schmidt",
    "anna lena": "Anna Lena", "anna bindestrich lena": "Anna-Lena",
    "hans peter mit bindestrich": "Hans-Peter", "aachen berlin": "Aachen Berlin",
    "anton berta": "Anton Berta", "aachen berlin essen leipzig": "Abel", "anton berta emil ludwig": "Abel",
    "nordpol otto wilhelm anton kaufmann": "Nowak", "nürnberg offenbach wuppertal aachen köln": "Nowak",
    "november oscar whiskey alpha kilo": "Nowak", "n wie nordpol o w a k": "Nowak",
    "enn oh weh ah ka": "Nowak", "s c h m i d t": "Schmidt", "schule m i d t": "Schmidt",
    "es ce ha em i de te": "Schmidt", "schmidt ich buchstabiere s c h m i d t": "Schmidt",
    "schmidt ich buchstabiere siegfried cäsar heinrich martha ida dora theodor": "Schmidt",
    "großes m kleines a i e r": "Maier", "w e i eszett": "Weiß", "w e i scharfes s": "Weiß",
    "w e i doppel s": "Weiss", "de vries": "de Vries", "van der berg": "van der Berg",
    "o'connor": "O'Connor", "o apostroph connor": "O'Connor",
    "ich heiße erika mustermann": "Erika Mustermann", "mein nachname ist müller mit ü": "Müller",
    "der nachname lautet müller": "Müller", "my surname is smith": "Smith", "smith with y": "Smyth",
    "s m i t h": "Smith", "smith spelled s m y t h": "Smyth", "double u i l s o n": "Wilson",
    "j o h n": "John", "m for mother a r y": "Mary", "m as in mother a for apple x": "Max",
    "a umlaut b e l": "Äbel", "müller mit u umlaut": "Müller", "ypsilon i l m a zett": "Yilmaz",
    "özdemir mit ö": "Özdemir", "nicht meier sondern maier": "Maier", "maier mit a i": "Maier",
    "nein maier mit a i": "Maier", "hofmann mit doppel f und doppel n": "Hoffmann",
    "hofmann mit doppel f und einem n": "Hoffman", "herr müller": "Müller", "frau müller": "Müller",
    "doktor müller": "Doktor Müller", "mit doppel s": None, "ma hier": "Ma Hier",
    "O’Brien": "O'Brien", "d'angelo": "D'Angelo", "al-hassan": "Al-Hassan",
    "Müller-Lüdenscheidt": "Müller-Lüdenscheidt", "İbrahim": "İbrahim", "Łukasz": "Łukasz",
    "Şahin": "Şahin", "McDonald": "McDonald", "Da Silva": "Da Silva", "dos santos": "dos Santos",
    "Ha-Ee": "Ha-Ee", "ng": "Ng", "ähm müller": "Müller", "müller bitte": "Müller",
    "vorname erika": "Erika", "ich heiße mit nachnamen müller": "Müller", "müller ist mein name": "Müller",
    "müller wie man spricht": "Müller", "so wie man es spricht": None,
    "schmitz bindestrich m ü l l e r": "Schmitz-Müller", "sara mit h": "Sarah", "marta mit h": "Martha",
    "hanna mit h am ende": "Hannah", "hannah ohne h am ende": "Hanna", "marc mit k am ende": "Mark",
    "frankfurt am main": "Frankfurt am Main", "Am Ende": "Am Ende",
}  # fmt: skip
PHONES: dict[str, str | None] = {
    "null eins sieben eins zwölf vierunddreißig fünfundsechzig": "0171123465",
    "plus vier neun eins sieben eins zwölf": "+4917112", "null null vier neun zwei zwei eins": "0049221",
    "plus neunundvierzig zwei zwei eins fünf": "+492215",
    "null zwei zwei eins strich fünf fünf fünf": "0221555",
    "null zwei zwei eins schrägstrich fünf fünf": "022155", "0171 1234": "01711234",
    "0221/1234-5": "022112345", "+49 171 123": "+49171123", "meine nummer ist null eins sieben eins": "0171",
    "die nummer ist null zwei zwei eins fünf fünf": "022155", "das ist die null eins sieben eins": "0171",
    "zero one seven one double five": "017155", "oh one seven one triple two": "0171222",
    "vorwahl null zwei zwei eins dann fünf fünf": "022155", "klammer auf null klammer zu": "0",
    "null zwo zwo sieben eins drei mal die fünf": "02271555",
    "+49 (0) 171 123": "+49171123", "plus vier neun klammer auf null klammer zu eins sieben eins": "+49171",
    "ja die null eins sieben eins": "0171", "das wäre die null eins sieben eins": "0171",
}  # fmt: skip
POSTCODES: dict[str, str | None] = {
    "fünfzig tausend einhundert sechsundzwanzig": "50126", "fünf null eins zwei sechs": "50126",
    "fünfzig eins zwei sechs": "50126", "fünfzig eins sechsundzwanzig": "50126",
    "fünfhunderteins zwei sechs": "50126", "null eins null sechs sieben": "01067",
    "die fünf null eins zwei sechs": "50126", "postleitzahl fünf null eins zwei sechs": "50126",
    "50126": "50126", "fünf null eins zwei sechs bergheim": "50126",
    "die postleitzahl ist fünf null eins zwei sechs": "50126", "five oh one two six": "50126",
    "fifty one two six": None, "zwölf": None,
}  # fmt: skip
EMAILS: dict[str, str | None] = {
    "erika punkt mustermann at beispiel punkt de": "erika.mustermann@beispiel.de",
    "erika klammeraffe beispiel punkt de": "erika@beispiel.de",
    "erika affenschwanz beispiel punkt de": "erika@beispiel.de",
    "e r i k a at beispiel punkt de": "erika@beispiel.de",
    "erika unterstrich mustermann at web punkt de": "erika_mustermann@web.de",
    "erika minus mustermann at g m x punkt net": "erika-mustermann@gmx.net",
    "erika bindestrich m at t minus online punkt de": "erika-m@t-online.de",
    "erika siebenundsechzig at gmail punkt com": "erika67@gmail.com",
    "erika neunzehnhundert achtzig ät gmail punkt kom": "erika1980@gmail.com",
    "erika null sieben at web punkt de": "erika07@web.de", "erika at web dot de": "erika@web.de",
    "erika dot m at example dot com": "erika.m@example.com",
    "erika at sign example dot com": "erika@example.com",
    "meine adresse ist erika at web punkt de": "erika@web.de", "erika@web.de": "erika@web.de",
    "erika at ge em ix punkt de": "erika@gmx.de", "erika müller at web punkt de": "erikamüller@web.de",
    "erika et zeichen web punkt de": "erika@web.de", "erika": None, "erika at web de": None,
    "erika punkt m punkt at web punkt de": None,
    "erika@web.de.": "erika@web.de", "o'brien@example.com": "o'brien@example.com",
    "alles klein geschrieben erika at web punkt de": "erika@web.de",
    "erika doppel null sieben at web punkt de": "erika007@web.de",
    "erika at t online punkt de": "erika@t-online.de", "müller mit ue at web punkt de": None,
}  # fmt: skip
PLATES: dict[str, str | None] = {
    "b m a b eins zwei drei": "BM-AB 123", "be em a be eins zwei drei": "BM-AB 123",
    "berta martha anton berta einhundertdreiundzwanzig": "BM-AB 123", "k strich a b eins": "K-AB 1",
    "k a eins": "K-A 1", "bm ab 123": "BM-AB 123", "BM-AB 123": "BM-AB 123",
    "bm ab einhundertdreiundzwanzig": "BM-AB 123", "b m a b eins zwei drei e": "BM-AB 123E",
    "b m a b eins zwei h": "BM-AB 12H", "b wie berta m wie martha a b vier fünf": "BM-AB 45",
    "mein kennzeichen ist b m a b eins zwei drei": "BM-AB 123",
    "b m leerzeichen a b eins zwei drei": "BM-AB 123", "bravo mike alpha bravo one two three": "BM-AB 123",
    "s ü w a b eins": "SÜW-AB 1", "gl bindestrich xy zwölf vierunddreißig": "GL-XY 1234",
    "b m dann a b dann eins zwei drei": "BM-AB 123",
    "KA-X 5": "KA-X 5", "ES AB 12": "ES-AB 12", "HH-AB 123H": "HH-AB 123H", "m ü a b zwölf": "MÜ-AB 12",
    "b m a b eins e wie emil": "BM-AB 1E", "b m a b zwölf h wie heinrich": "BM-AB 12H",
    "b m strich o h eins": "BM-OH 1", "e l f eins": "E-LF 1",
}  # fmt: skip
ADDRESSES: dict[str, str | None] = {
    "hauptstraße zwölf a": "Hauptstraße 12a", "hauptstraße zwölf b": "Hauptstraße 12b",
    "haupt straße zwölf": "Hauptstraße 12", "am alten markt drei": "Am Alten Markt 3",
    "bahnhofstraße einhundertzwölf": "Bahnhofstraße 112",
    "bahnhofstraße hundert zwölf a": "Bahnhofstraße 112a",
    "kölner straße fünf bis sieben": "Kölner Straße 5-7",
    "kölner straße fünf strich sieben": "Kölner Straße 5-7",
    "kölner straße fünf schrägstrich sieben": "Kölner Straße 5/7",
    "straße des siebzehnten juni zehn": "Straße des 17. Juni 10",
    "hauptstraße nummer zwölf": "Hauptstraße 12", "hauptstraße hausnummer zwölf": "Hauptstraße 12",
    "hauptstraße zwölf be": "Hauptstraße 12b", "hauptstraße zwölf a wie anton": "Hauptstraße 12a",
    "ich wohne in der hauptstraße zwölf": "Hauptstraße 12", "in der hauptstraße zwölf": "Hauptstraße 12",
    "Hauptstraße 12a": "Hauptstraße 12a", "zum hohen stein zwei": "Zum Hohen Stein 2",
    "unter den linden eins": "Unter den Linden 1",
    "hauptstraße ein hundert drei und zwanzig": "Hauptstraße 123", "main street twelve": "Main Street 12",
    "twelve main street": "Main Street 12",
    "Straße des 17. Juni 135": "Straße des 17. Juni 135", "Karl-Marx-Straße 3": "Karl-Marx-Straße 3",
    "karl marx straße drei": "Karl-Marx-Straße 3", "St.-Martin-Straße 5": "St-Martin-Straße 5",
    "Hauptstr. 12": "Hauptstraße 12", "C 4, 12": "C 4, 12", "c vier zwölf": "C 4, 12",
    "am alten markt drei be": "Am Alten Markt 3b", "an den sieben eichen drei": "An den Sieben Eichen 3",
    "drei eichen weg vier": "Drei-Eichen-Weg 4", "hauptstraße drei a bis d": "Hauptstraße 3a-d",
    "Hauptstraße 12, 3. Stock": "Hauptstraße 12", "Hauptstraße 12 a, 12345 Musterstadt": "Hauptstraße 12a",
    "221b baker street": "Baker Street 221b", "neuer weg drei": "Neuer Weg 3",
    "auf dem weg vier": "Auf dem Weg 4",
}  # fmt: skip
IBANS: dict[str, str | None] = {
    "d e achtundsechzig zwei eins null fünf null eins sieben null null null eins zwei drei vier fünf sechs "
    "sieben acht": "DE68 2105 0170 0012 3456 78",
    "de 68 2105 0170 0012 3456 78": "DE68 2105 0170 0012 3456 78", "deutschland acht und sechzig": None,
    "dora emil sechs acht zwei eins": "DE68 21", "de e sechs acht": "DE68",
    "d wie dora e wie emil sechs acht": "DE68", "meine iban ist d e sechs acht": "DE68",
    "die iban lautet d e sechs acht": "DE68",
    "DE68210501700012345678": "DE68 2105 0170 0012 3456 78",
    "NL91 ABNA 0417 1643 00": "NL91 ABNA 0417 1643 00",
    "n l neun eins a b n a null vier eins sieben": "NL91 ABNA 0417",
}  # fmt: skip
TICKS: dict[str, str | None] = {
    "ja": "true", "jawohl": "true", "genau": "true", "richtig": "true", "nein": "", "nö": "",
    "stimmt": "true", "yes": "true", "yep": "true", "no": "", "nope": "", "ja bitte": "true", "okay": "true",
    "auf keinen fall": "", "das stimmt nicht": "",
}  # fmt: skip
CHOICES: dict[str, str | None] = {
    "ich bin ledig": "ledig", "verheiratet": "verheiratet", "nicht verheiratet": None,
    "geschieden seit drei jahren": "geschieden", "nicht ledig sondern verheiratet": "verheiratet",
}  # fmt: skip
CODES: dict[str, str | None] = {
    "a b c eins zwei drei": "ABC123", "l drei x vier": "L3X4", "anton berta eins": "AB1",
    "a b strich eins zwei": "AB-12", "t zwei zwei null null null eins zwei neun": "T22000129",
    "e l f": "ELF", "n u l l eins": "NULL1",
}  # fmt: skip


def takes(**kind: Any) -> Callable[[str], str | None]:
    field = Field.model_validate({"id": "f", "label": "f", **kind})
    return lambda said: normal.spoken(field, said, TODAY)


@pytest.mark.parametrize(
    "read, forms",
    [
        (normal.number, NUMBERS),
        (normal.centimetres, LENGTHS),
        (normal.digits, FIGURES),
        (lambda said: normal.day(said, TODAY, past=True), PAST_DAYS),
        (lambda said: normal.day(said, TODAY), COMING_DAYS),
        (normal.clock, TIMES),
        (normal.amount, AMOUNTS),
        (spelling.name, NAMES),
        (takes(type="phone"), PHONES),
        (takes(type="postcode"), POSTCODES),
        (takes(type="email"), EMAILS),
        (takes(type="plate"), PLATES),
        (takes(charset="address"), ADDRESSES),
        (takes(type="iban"), IBANS),
        (takes(type="checkbox"), TICKS),
        (takes(type="choice", options=[(v, v) for v in ("ledig", "verheiratet", "geschieden")]), CHOICES),
        (takes(charset="code"), CODES),
    ],
    ids=[
        "numbers", "lengths", "figures", "past days", "coming days", "times", "amounts", "names", "phones",
        "postcodes", "e-mail", "plates", "addresses", "ibans", "ticks", "choices", "codes",
    ],
)  # fmt: skip
def test_a_citizen_says_it_in_many_ways(read: Callable[[str], Any], forms: Mapping[str, Any]) -> None:
    assert {said: read(said) for said in forms} == forms


def test_the_day_of_a_birth_is_never_guessed_without_its_year() -> None:
    born = takes(type="date", past=True, from_mrz="birth_date")
    assert {said: born(said) for said in ("dritter mai", "am dritten fünften", "gestern", "am ersten")} == {
        "dritter mai": None, "am dritten fünften": None, "gestern": None, "am ersten": None
    }  # fmt: skip
    assert born("am dritten mai fünfundachtzig") == "03.05.1985"


def test_a_day_without_its_year_lies_where_the_field_wants_it() -> None:
    said = "am ersten märz"
    assert takes(type="date", past=True)(said) == "01.03.2026"
    assert takes(type="date", future=True)(said) == "01.03.2027"
    assert takes(type="date")("am zwanzigsten november") == "20.11.2026"


def test_of_a_married_name_each_field_takes_its_own() -> None:
    now, born = (
        Field.model_validate({"id": name, "label": name, "charset": "name"})
        for name in ("surname", "birth_name")
    )
    said = "müller geborene schmidt"
    assert [normal.spoken(field, said, TODAY) for field in (now, born)] == ["Müller", "Schmidt"]
    assert [normal.spoken(field, "geborene Schmidt", TODAY) for field in (now, born)] == [None, "Schmidt"]


@given(st.from_regex(r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?", fullmatch=True))
def test_every_plate_that_is_written_with_its_gap_is_kept(plate: str) -> None:
    for written in (plate, plate.lower(), plate.replace("-", " "), plate.replace(" ", "")):
        assert normal.plate(written) == plate


@given(st.integers(0, 999_999))
def test_every_number_in_words_is_read_joined_and_split(number: int) -> None:
    if number <= 9999:
        joined, english = number_words(number), english_number(number)
        assert normal.number(joined) == number
        assert normal.number(english) == number
    thousands, rest = divmod(number, 1000)
    parts = [*([_below_thousand(thousands), "tausend"] if thousands else []), _below_thousand(rest)]
    split = " ".join(part for part in parts if part) or "null"
    # a lone "ein" is an article as well
    assert normal.number(split) == number
    assert normal.number(split.replace(" ", "")) == number
    assert normal.number(str(number)) == number


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [ONES[hundreds], "hundert"] if hundreds else []
    if 0 < rest < 20:
        words.append("eins" if rest == 1 else ONES[rest])
    elif rest:
        tens, ones = divmod(rest, 10)
        words += ([ONES[ones], "und"] if ones else []) + [_TENS[tens]]
    return " ".join(words)


_TENS = dict(
    enumerate(
        ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"), start=2
    )
)


@given(st.dates(date(1900, 1, 1), TODAY), st.booleans())
def test_every_birthday_in_words_is_read(day: date, with_century: bool) -> None:
    year = day.year if with_century or day < TODAY - timedelta(days=99 * 365) else day.year % 100
    for said in (
        f"{ordinal(day.day)}r {ordinal(day.month)}r {number_words(year)}",
        f"am {ordinal(day.day)}n {_MONATE[day.month - 1]} {number_words(day.year)}",
        f"der {ordinal(day.day)} {_MONATE[day.month - 1]} {number_words(day.year)}",
        f"{day:%d%m%Y}",
        f"{day:%Y-%m-%d}",
        f"the {day.day}th of {_MONTHS[day.month - 1].lower()} {day.year}",
    ):
        assert normal.day(said, TODAY, past=True, born=True) == day, said


_MONATE = [
    "januar", "februar", "märz", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "dezember",
]  # fmt: skip


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_time_of_day_in_words_is_read(hour: int, minute: int) -> None:
    said = "ein" if hour == 1 else number_words(hour)
    assert normal.clock(f"{said} uhr {number_words(minute) if minute else ''}") == time(hour, minute)


@given(st.integers(0, 9999), st.integers(0, 99))
def test_every_amount_in_words_is_read(euros: int, cents: int) -> None:
    said = f"{'ein' if euros == 1 else number_words(euros)} euro"
    assert normal.amount(said) == euros * 100
    if cents:
        assert normal.amount(f"{said} {number_words(cents)}") == euros * 100 + cents
        assert normal.amount(f"{said} und {number_words(cents)} cent") == euros * 100 + cents


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=3, max_size=12), st.integers(0, 2))
@example("ima", 0)
def test_every_name_is_spelled_by_each_alphabet(name: str, table: int) -> None:
    alphabet = (spelling._NAMES, spelling._TOWNS, spelling._ICAO)[table]
    said = " ".join(alphabet[ord(letter) - ord("a")] for letter in name)
    assert spelling.name(said) == name.capitalize()
    assert spelling.name(" ".join(name)) == name.capitalize()
    assert spelling.name(" ".join(f"{letter} wie {alphabet[ord(letter) - 97]}" for letter in name)) == (
        name.capitalize()
    )


@given(st.text(st.sampled_from("0123456789"), min_size=5, max_size=12))
def test_every_row_of_figures_is_read_one_by_one(figures: str) -> None:
    said = " ".join("zwo" if figure == "2" else number_words(int(figure)) for figure in figures)
    assert normal.digits(said) == figures
    assert normal.postcode(said) == (figures if len(figures) == 5 else None)
    assert normal.phone(f"plus {said}") == f"+{figures}"
