"""Invented companies. Any likeness is accidental; their domains end in `.example` and reach nobody.

One line per company: name, segment, region, currency. A line that starts with `>` is a subsidiary of the line above it
that does not.
"""

CUSTOMERS = """
Larkmoor Retail Group | Enterprise | AMER | USD
> Larkmoor Canada | Mid-Market | AMER | USD
> Larkmoor Marketplace | Mid-Market | AMER | USD
> Larkmoor Europe B.V. | Mid-Market | EMEA | EUR
Grünwald Maschinenbau GmbH | Enterprise | EMEA | EUR
> Grünwald Antriebstechnik GmbH | Mid-Market | EMEA | EUR
> Grünwald Polska Sp. z o.o. | Mid-Market | EMEA | EUR
> Grünwald Makina A.Ş. | SMB | EMEA | EUR
Penhallow Building Society | Enterprise | EMEA | GBP
> Penhallow Life | Mid-Market | EMEA | GBP
青嶺電機株式会社 (Aomine Electric) | Enterprise | APAC | JPY
> Aomine Electric Europe GmbH | Mid-Market | EMEA | EUR
> 青嶺システムズ (Aomine Systems) | Mid-Market | APAC | JPY
Östervik Bank AB | Enterprise | EMEA | SEK
> Östervik Finans AB | Mid-Market | EMEA | SEK
> Östervik Liv & Pension | SMB | EMEA | SEK
Juniper Bend Hospitals | Enterprise | AMER | USD
> Juniper Bend Research Institute | Mid-Market | AMER | USD
> Juniper Bend Home Care | SMB | AMER | USD
L'Étoile Boréale Assurances | Enterprise | EMEA | EUR
> L'Étoile Boréale Belgique | Mid-Market | EMEA | EUR
Westering Airlines | Enterprise | AMER | USD
> Westering Cargo | Mid-Market | AMER | USD
Saltmarsh Biotech | Enterprise | AMER | USD
> Saltmarsh Diagnostics Ltd | Mid-Market | EMEA | GBP
Håkonsen Shipping | Enterprise | EMEA | EUR
> Håkonsen Ports | Mid-Market | EMEA | EUR
> Håkonsen Asia Pte | SMB | APAC | USD
Thornbury Mutual | Enterprise | AMER | USD
> Thornbury Mutual Re | Mid-Market | AMER | USD
Çınar Lojistik A.Ş. | Enterprise | EMEA | EUR
> Çınar Depoculuk | SMB | EMEA | EUR
Granite Ridge Energy | Enterprise | AMER | USD
> Granite Ridge Renewables | Mid-Market | AMER | USD
Tamarack University System | Public Sector | AMER | USD
> Tamarack State College | Public Sector | AMER | USD
Castellazzi Motori S.p.A. | Enterprise | EMEA | EUR
Kestrel Peak Aerospace | Enterprise | AMER | USD
東雲証券 (Shinonome Securities) | Enterprise | APAC | JPY
Weißbach Klinikgruppe | Enterprise | EMEA | EUR
Brackenthwaite Council | Public Sector | EMEA | GBP
Redtail Ridge Telecom | Enterprise | AMER | USD
Søndergaard & Falk Pharma | Enterprise | EMEA | EUR
Älvdal Kraft AB | Mid-Market | EMEA | SEK
Bäckström Papper AB | Mid-Market | EMEA | SEK
Wiśniewski Logistyka | Mid-Market | EMEA | EUR
Żurawia Budownictwo S.A. | Mid-Market | EMEA | EUR
Gökdeniz Enerji | Mid-Market | EMEA | EUR
Société Vauclair | Mid-Market | EMEA | EUR
Van der Meulen Agri | Mid-Market | EMEA | EUR
Ibáñez y Cuervo Textil | Mid-Market | EMEA | EUR
Stoke Ferris Rail | Mid-Market | EMEA | GBP
Hollin & Marsh LLP | Mid-Market | EMEA | GBP
O'Flaherty & Quirke Distillers | Mid-Market | EMEA | EUR
Dvořáček Sklo | SMB | EMEA | EUR
Kovačić Brodogradnja | SMB | EMEA | EUR
Meridian Quay Partners | Enterprise | EMEA | GBP
Meridian Quay Partners | SMB | AMER | USD
Northgate Foods | Mid-Market | AMER | USD
Northgate Foods | SMB | EMEA | GBP
D'Angelo Kitchens | SMB | AMER | USD
O'Dowd & Daughters | SMB | AMER | USD
Pinemarsh Savings Bank | Mid-Market | AMER | USD
Ironwood Gap Logistics | Mid-Market | AMER | USD
Fallbrook Medical Devices | Mid-Market | AMER | USD
Moraine Lake Software | Mid-Market | AMER | USD
Northquill Publishing | SMB | AMER | USD
Quillfeather Games | SMB | AMER | USD
Umber Creek Wineries | SMB | AMER | USD
Vellum & Stone Legal | SMB | AMER | USD
Yarrow Valley Health | Mid-Market | AMER | USD
Zephyr Flats Utilities | Public Sector | AMER | USD
Sundial Harbor Payments | Mid-Market | AMER | USD
Pico Verde Solar | SMB | AMER | USD
Alderpoint Insurance | Mid-Market | AMER | USD
Driftless Valley Foods | SMB | AMER | USD
McAllister-Roy Advisors | SMB | AMER | USD
みなと風物流株式会社 (Minatokaze Logistics) | Mid-Market | APAC | JPY
Kawasemi Robotics | Mid-Market | APAC | JPY
北斗星食品 (Hokutosei Foods) | SMB | APAC | JPY
Tui & Rimu Dairy | SMB | APAC | USD
Straits Lantern Freight | Mid-Market | APAC | USD
Nilgiri Blue Fintech | Mid-Market | APAC | USD
Sampaguita Bay Hotels | SMB | APAC | USD
Eastgate Freight Lines | SMB | AMER | USD
Fjordlys Energi AS | SMB | EMEA | EUR
Lindenhof Optik GmbH | SMB | EMEA | EUR
Rožmberk Pojišťovna | SMB | EMEA | EUR
Ayşe Demirhan Tasarım | SMB | EMEA | EUR
Glenmorrow Housing Trust | Public Sector | EMEA | GBP
Kraków Wawelska Uczelnia | Public Sector | EMEA | EUR
Harrow & Finchley Estates | SMB | EMEA | GBP
"""

PROSPECTS = """
Bluestem Prairie Credit | Enterprise | AMER | USD
Cinder & Vale Hospitality | Mid-Market | AMER | USD
Königsmark Versicherung | Enterprise | EMEA | EUR
Łuczak Farmacja S.A. | Mid-Market | EMEA | EUR
Île-Verte Telecom | Enterprise | EMEA | EUR
Norrklippan Gruvor AB | Enterprise | EMEA | SEK
鶴見台銀行 (Tsurumidai Bank) | Enterprise | APAC | JPY
Copperline Transit Authority | Public Sector | AMER | USD
Ashdown & Wick Retail | Mid-Market | EMEA | GBP
Orchid Terrace Clinics | Mid-Market | APAC | USD
Tessellate Learning | SMB | AMER | USD
Şahinbey Perakende | Mid-Market | EMEA | EUR
Harbourlight Ventures | SMB | EMEA | GBP
"""

CHURNED = """
Palmyra Spice Exports | SMB | APAC | USD
Marchetti-Bruni Moda | Mid-Market | EMEA | EUR
Bellwether Finch Media | Mid-Market | AMER | USD
Skärgård Båtar AB | SMB | EMEA | SEK
Old Mill Lane Grocers | SMB | EMEA | GBP
Cactus Wren Outfitters | SMB | AMER | USD
"""

# Typed into the form by a seller before anybody made an account in the CRM.
TYPED = """
Novaterra Kliniken | Mid-Market | EMEA | EUR
Brightwater Co-op | SMB | AMER | USD
Ōtaki Harvest | SMB | APAC | USD
"""
