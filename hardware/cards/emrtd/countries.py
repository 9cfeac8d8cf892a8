"""Which country codes of certificates go with an issuing state in a machine-readable zone.

Zones carry three letters (ISO 3166-1 alpha-3 and the codes of ICAO 9303-3 section 5), certificates two
(ICAO 9303-12 section 7.1.1).
"""

from __future__ import annotations

_TABLE = """
AFG AF  ALB AL  DZA DZ  AND AD  AGO AO  ATG AG  ARG AR  ARM AM  AUS AU  AUT AT  AZE AZ  BHS BS  BHR BH
BGD BD  BRB BB  BLR BY  BEL BE  BLZ BZ  BEN BJ  BTN BT  BOL BO  BIH BA  BWA BW  BRA BR  BRN BN  BGR BG
BFA BF  BDI BI  CPV CV  KHM KH  CMR CM  CAN CA  CAF CF  TCD TD  CHL CL  CHN CN  COL CO  COM KM  COG CG
COD CD  CRI CR  CIV CI  HRV HR  CUB CU  CYP CY  CZE CZ  DNK DK  DJI DJ  DMA DM  DOM DO  ECU EC  EGY EG
SLV SV  GNQ GQ  ERI ER  EST EE  SWZ SZ  ETH ET  FJI FJ  FIN FI  FRA FR  GAB GA  GMB GM  GEO GE  GHA GH
GRC GR  GRD GD  GTM GT  GIN GN  GNB GW  GUY GY  HTI HT  HND HN  HKG HK  HUN HU  ISL IS  IND IN  IDN ID
IRN IR  IRQ IQ  IRL IE  ISR IL  ITA IT  JAM JM  JPN JP  JOR JO  KAZ KZ  KEN KE  KIR KI  PRK KP  KOR KR
KWT KW  KGZ KG  LAO LA  LVA LV  LBN LB  LSO LS  LBR LR  LBY LY  LIE LI  LTU LT  LUX LU  MAC MO  MDG MG
MWI MW  MYS MY  MDV MV  MLI ML  MLT MT  MHL MH  MRT MR  MUS MU  MEX MX  FSM FM  MDA MD  MCO MC  MNG MN
MNE ME  MAR MA  MOZ MZ  MMR MM  NAM NA  NRU NR  NPL NP  NLD NL  NZL NZ  NIC NI  NER NE  NGA NG  MKD MK
NOR NO  OMN OM  PAK PK  PLW PW  PSE PS  PAN PA  PNG PG  PRY PY  PER PE  PHL PH  POL PL  PRT PT  QAT QA
ROU RO  RUS RU  RWA RW  KNA KN  LCA LC  VCT VC  WSM WS  SMR SM  STP ST  SAU SA  SEN SN  SRB RS  SYC SC
SLE SL  SGP SG  SVK SK  SVN SI  SLB SB  SOM SO  ZAF ZA  SSD SS  ESP ES  LKA LK  SDN SD  SUR SR  SWE SE
CHE CH  SYR SY  TWN TW  TJK TJ  TZA TZ  THA TH  TLS TL  TGO TG  TON TO  TTO TT  TUN TN  TUR TR  TKM TM
TUV TV  UGA UG  UKR UA  ARE AE  GBR GB  USA US  URY UY  UZB UZ  VUT VU  VAT VA  VEN VE  VNM VN  YEM YE
ZMB ZM  ZWE ZW  D DE  GBN GB  GBO GB  GBP GB  GBS GB  EUE EU  UNO UN  UNA UN  RKS KS  UTO UT
"""
_CODES = _TABLE.split()
_TWO_LETTERS = dict(zip(_CODES[::2], _CODES[1::2], strict=True))
# Territories another country's certificates vouch for, and codes that certificates spell otherwise.
_ALSO = {
    "HKG": ("CN",),
    "MAC": ("CN",),
    "RKS": ("XK", "KV"),
    "EUE": ("EUE",),
    "UNO": ("UNO",),
    "UNA": ("UNO",),
}


def certificate_country(state: str) -> tuple[str, ...]:
    """The country codes a certificate may carry for an issuing state of a zone; () for a state not listed."""
    two = _TWO_LETTERS.get(state)
    return (two, *_ALSO.get(state, ())) if two else ()
