/**
 * What fields of an invoicing portal are called. Patterns run over `plain` text (no accents, lower case), Spanish and
 * English; `not` takes a match back. Order matters nowhere: scores decide.
 */

export type FieldType =
  | 'rfc'
  | 'fullName'
  | 'givenNames'
  | 'firstSurname'
  | 'secondSurname'
  | 'postalCode'
  | 'regime'
  | 'cfdiUse'
  | 'email'
  | 'emailConfirm'
  | 'personType'
  | 'country'
  | 'paymentForm'
  | 'paymentMethod'
  | 'folio'
  | 'date'
  | 'dateDay'
  | 'dateMonth'
  | 'dateYear'
  | 'time'
  | 'amount'
  | 'branch'
  | 'webId'
  | 'barcode'
  | 'register'
  | 'transaction'
  | 'seat'
  | 'captcha'
  | 'oneTimeCode'
  | 'password'
  | 'userName'
  | 'phone'
  | 'address'
  | 'state'
  | 'search'
  | 'coupon'
  | 'comments'
  | 'cardDigits'
  | 'otherAmount'
  | 'uuid'
  | 'serie';

export interface FieldPattern {
  words: RegExp;
  not?: RegExp;
  /** `type` attribute that speaks for it. */
  inputType?: RegExp;
  /** `maxlength` values that speak for it. */
  lengths?: readonly number[];
  /** Three options that match speak for it. */
  option?: RegExp;
  /** Values of `autocomplete` that settle it. */
  autocomplete?: RegExp;
  /** Shape of a placeholder that shows an example instead of a name. */
  example?: RegExp;
  /** Never a list to choose from. */
  typed?: boolean;
  /** A picture that is called a CAPTCHA beside the field speaks for it. */
  pictured?: boolean;
}

const TICKET_NOUN =
  '(ticket|nota|compra|recibo|remision|pedido|orden|venta|cuenta|consumo|cheque|boleto|reservacion|comanda|comprobante|servicio|despacho|receipt|order|sale|purchase|check)';
const NUMBER_NOUN = '(no|num|numero|nro|n°|nº|#|id|clave|codigo|number|folio)';

export const FIELD_PATTERNS: Record<FieldType, FieldPattern> = {
  rfc: {
    words: /\br ?\. ?f ?\. ?c\b|\brfc\b|registro federal|\btax ?(payer)? ?id\b/,
    not: /emisor|razon social|nombre del|tienda|extranjer|issuer/,
    lengths: [12, 13],
    example: /^(ej(emplo)?[.:]? ?)?[a-z&ñ]{3,4}\d{6}[a-z0-9]{3}$/,
    typed: true,
  },
  fullName: {
    words:
      /razon ?social|denominacion|nombre.{0,12}( o |\/|,) ?(razon|denominacion)|nombre (fiscal|completo|de la empresa|del? ?(cliente|contribuyente|receptor))|^nombre(s)?$|\bcontribuyente\b|^cliente$|company ?name|business ?name|legal ?name|full ?name|^name$|taxpayer name/,
    not: /comercial|tienda|sucursal|usuario|calle|colonia|contacto|banco|apellido|user|tarjeta|card|emisor|tipo/,
    autocomplete: /^(name|organization)$/,
    typed: true,
  },
  givenNames: {
    words: /^nombre\(?s\)?$|nombres?\(?s?\)? de pila|first ?name|given ?name/,
    autocomplete: /^given-name$/,
    typed: true,
  },
  firstSurname: {
    words: /(primer )?apellido( paterno)?$|apellido paterno|primer apellido|last ?name|surname|^apellidos$/,
    not: /materno|segundo|second/,
    autocomplete: /^family-name$/,
    typed: true,
  },
  secondSurname: {
    words: /apellido materno|segundo apellido|second (last ?name|surname)/,
    typed: true,
  },
  postalCode: {
    words:
      /codigo ?postal|\bc ?\. ?p\b\.?|\bcp\b|cod(igo)? ?post|\bzip\b|post(al)? ?code|^domicilio fiscal$|domicilio fiscal.*(receptor|postal)/,
    not: /expedicion|emisor|sucursal|colonia|cargo|compra/,
    lengths: [5],
    autocomplete: /postal-code$/,
    typed: true,
  },
  regime: {
    words: /regimen|tax ?regime|fiscal ?regime|tax ?system/,
    not: /capital|sin regimen|societario\)?$|sin incluir/,
    option:
      /^\W*(601|603|605|606|607|608|610|611|612|614|615|616|620|621|622|623|624|625|626)\b|personas morales|sueldos y salarios|arrendamiento|actividades empresariales|simplificado de confianza|incorporacion fiscal|sin obligaciones fiscales/,
  },
  cfdiUse: {
    words:
      /uso (de |del |que dara al? |para )?(su |el |la )?(cfdi|comprobante|factura)|\buso ?cfdi\b|cfdi ?use|(use|usage) of (the )?(cfdi|invoice)|invoice use|\buso\b/,
    not: /terminos|condiciones|aviso/,
    option:
      /^\W*(g0[123]|i0[1-8]|d(0\d|10)|s01|cp01|cn01|p01)\b|gastos en general|adquisicion de mercancias|sin efectos fiscales|honorarios medicos|por definir/,
  },
  email: {
    words: /e ?-? ?mail|correo( electronico)?/,
    not: /confirm|repet|repita|verific|asunto|adicional|copia|\b(2|3)\b|de nuevo|otra vez|calle/,
    inputType: /^email$/,
    autocomplete: /^email$/,
    example: /^\S+@\S+\.\S+$/,
    typed: true,
  },
  emailConfirm: {
    words:
      /(confirm|repet|repit|verific|otra vez|de nuevo|nuevamente|re ?-?(enter|type|escrib)|again).*(mail|correo)|(mail|correo).*(confirm|repet|otra vez|de nuevo|nuevamente|again|\b2\b|verific)/,
    typed: true,
  },
  personType: {
    words: /tipo (de )?(persona|contribuyente|cliente)|persona (fisica|moral)|person type|taxpayer type/,
    option: /^(persona )?(fisica|moral)\b/,
  },
  country: {
    words: /\bpais\b|country|residencia fiscal/,
    option: /^(mexico|estados unidos|canada|mex|usa)\b/,
    autocomplete: /country/,
  },
  paymentForm: {
    words:
      /(forma|medio|tipo|modo) (de |del )?pago|payment (form|type|means)|^pago$|como pago|how did you pay/,
    not: /metodo|condiciones/,
    option:
      /^\W*(0[1-689]|1[2-57]|2[3-9]|3[01]|99)\b.*(efectivo|cheque|transf|tarjeta|definir|monedero|vales)|^(efectivo|tarjeta de (credito|debito)|transferencia|cheque|cash|credit card|debit card)/,
  },
  paymentMethod: {
    words: /metodo (de |del )?pago|payment method/,
    option: /^\W*(pue|ppd)\b|una sola exhibicion|parcialidades/,
  },
  folio: {
    words: new RegExp(
      `\\bfolio\\b|${NUMBER_NOUN}\\.? ?(de |del |de la |de tu |de su )?${TICKET_NOUN}|^${TICKET_NOUN}( ?#| no\\.?| id| number)?$|\\b${TICKET_NOUN} ?(id|no|num|number|#)\\b|\\breferenc(ia|e)\\b|^(ticket|folio)`,
    ),
    not: /fiscal|uuid|fecha|\bdate\b|total|monto|importe|tienda|sucursal|adjunt|caja|correo|mail|hora|cliente|pagar|pagado|vendedor|autoriz/,
    typed: true,
  },
  date: {
    words: /fecha|\bdate\b|\bdia (de|del) (la |tu |su )?(compra|consumo|venta|ticket|operacion|viaje)/,
    not: /nacim|vencim|expira|desde|hasta|inicio|\bfin\b|birth|update|ciudad/,
    inputType: /^(date|datetime-local)$/,
    example:
      /^(dd|mm|aaaa|yyyy|d|m|aa)[/\-. ](mm|dd|m|d)[/\-. ](aaaa|yyyy|aa|yy|dd|d)$|^\d{1,2}\/\d{1,2}\/\d{2,4}$/,
  },
  dateDay: { words: /^dia( (de|del) .*)?$|^day$/, option: /^(0?[1-9]|[12]\d|3[01])$/, example: /^dd?$/ },
  dateMonth: {
    words: /^mes( (de|del) .*)?$|^month$/,
    example: /^mm?$/,
    option:
      /^(\d{1,2}\W*)?(enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic|january|february|march|april|june|july|august|september|october|november|december)$/,
  },
  dateYear: {
    words: /^a(n|ñ)o( (de|del) .*)?$|^year$|^ejercicio$/,
    option: /^20\d\d$/,
    example: /^(aa|aaaa|yy|yyyy)$/,
  },
  time: {
    words: /\bhora\b|\btime\b/,
    not: /horario|fecha y hora|fecha\/hora/,
    inputType: /^time$/,
    example: /^hh:mm/,
  },
  amount: {
    words:
      /\btotal\b|importe|\bmonto\b|\btarifa( pagada)?\b|\bamount\b|\bfare\b|cantidad (pagada|total)|total (de|del) (la )?(compra|ticket|consumo|venta)|amount paid|grand total/,
    not: /sub ?total|propina|\btip\b|descuento|letra|numero de|sin iva|antes de|(?<!con |incluye |mas |incl )\biva\)?$|saldo|cambio|litros/,
    example: /^\$? ?(\d{1,3}(,\d{3})*|0+)\.\d{2}$/,
    typed: true,
  },
  branch: {
    words:
      /sucursal|\btienda\b|estacion|\bunidad\b|restaurante?\b|establecimiento|\bstore\b|\bbranch\b|plaza|farmacia|gasolinera|\btda\b|\blocation\b|\bmarca\b|punto de venta|centro (de )?(consumo|comercial)/,
    not: /fecha|total|codigo postal|folio|hora|caja|vende/,
  },
  webId: {
    words:
      /web ?id|id ?web|(codigo|clave|id|numero|no\.?|token|folio|referencia|pin|cadena|llave)\.? (de |para |del? )?(la |tu |su )?(auto ?)?(factur\w*|web|internet)|\bitu\b|codigo ?qr|clave de acceso|invoic(e|ing) (code|id|key)|billing code/,
    not: /postal|fiscal|seguridad|captcha/,
    typed: true,
  },
  barcode: {
    words:
      /codigo de barras|cod(igo)? barras|bar ?code|\bupc\b|\bean\b|debajo del codigo|serie de \d+ digitos/,
    typed: true,
  },
  register: {
    words: /\bcaja\b|\bterminal\b|\bpos\b|\bregister\b|\bcheckout lane\b/,
    not: /chica|cajero|tipo/,
  },
  transaction: {
    words: /transac|\btrn\b|\btrx\b|autorizacion|\boperacion\b/,
    not: /fecha|date|tipo|type/,
    typed: true,
  },
  seat: { words: /asiento|\bseat\b|butaca/, typed: true },
  captcha: {
    words:
      /captcha|codigo (de (la )?(seguridad|verificacion|imagen)|que (ves|aparece|ve|se muestra))|(texto|caracteres|letras|numeros) (de|en|que (aparecen|se muestran|ves)).{0,12}(imagen)?|no soy un robot|(characters|text|code) (shown|you see|in|from) |security code|suma de|cuanto es|what is \d+ ?[+x*-]/,
    not: /tarjeta|cvv|card|correo|celular|sms/,
    typed: true,
    pictured: true,
  },
  oneTimeCode: {
    words:
      /codigo (de verificacion )?(enviado|recibido|que (te |le )?(enviamos|llego))|\botp\b|codigo (por|de) (sms|correo|celular|acceso)|one[- ]time|verification code/,
    autocomplete: /^one-time-code$/,
    typed: true,
  },
  password: {
    words: /contrase(n|ñ)a|password|\bnip\b|clave secreta/,
    inputType: /^password$/,
    autocomplete: /password/,
    typed: true,
  },
  userName: { words: /usuario|user ?(name|id)?\b|\blogin\b/, autocomplete: /^username$/, typed: true },
  phone: {
    words: /telefono|\btel\b|celular|movil|phone|whatsapp|lada/,
    inputType: /^tel$/,
    lengths: [10],
    autocomplete: /^tel/,
    typed: true,
  },
  address: {
    words:
      /\bcalle\b|direccion|street|address|domicilio|(num(ero)?|no)\.? ?(ext|int)|exterior|interior|colonia|barrio|fraccionamiento|municipio|delegacion|alcaldia|ciudad|localidad|\bcity\b|entre calles|suburb/,
    not: /correo|mail|\bip\b|postal|banco|^domicilio fiscal$/,
    autocomplete: /address|locality/,
  },
  state: {
    words: /\bestado\b|entidad|\bstate\b/,
    not: /civil|cuenta|pedido/,
    option: /aguascalientes|baja california|chiapas|jalisco|oaxaca|puebla|zacatecas/,
  },
  search: { words: /^buscar?\b|busqueda|^search/, not: /ticket|folio|factura/, inputType: /^search$/ },
  coupon: { words: /cupon|coupon|codigo promocional|monedero|puntos|membresia|loyalty/, typed: true },
  comments: {
    words: /comentario|observacion|comments?|notas? adicional|mensaje|opinion|sugerencia/,
    typed: true,
  },
  cardDigits: {
    words:
      /(ultimos|4) .*(digitos|tarjeta|cuenta)|last (4|four)|numero de (tarjeta|cuenta)|cuenta (de pago|bancaria)/,
    typed: true,
  },
  otherAmount: { words: /sub ?total|propina|\btip\b|descuento|\biva\b|litros|liters|cantidad$/, typed: true },
  uuid: { words: /\buuid\b|folio fiscal/, lengths: [36], typed: true },
  serie: { words: /\bserie\b/, not: /numero de serie|certificado|digitos/, typed: true },
};

/** Types that name one printed code of a ticket: where a portal calls it otherwise, one may stand for another. */
export const IDENTIFIERS: ReadonlySet<FieldType> = new Set(['folio', 'webId', 'barcode', 'transaction']);

/** A date and its parts: what says "date" may ask for one of them. */
export const DATE_TYPES: ReadonlySet<FieldType> = new Set(['date', 'dateDay', 'dateMonth', 'dateYear']);

/** Types that a profile answers. */
export const FISCAL_TYPES: ReadonlySet<FieldType> = new Set([
  'rfc',
  'fullName',
  'givenNames',
  'firstSurname',
  'secondSurname',
  'postalCode',
  'regime',
  'cfdiUse',
  'email',
  'emailConfirm',
  'personType',
]);

/** Types that a ticket answers. */
export const TICKET_TYPES: ReadonlySet<FieldType> = new Set([
  'folio',
  'date',
  'dateDay',
  'dateMonth',
  'dateYear',
  'time',
  'amount',
  'branch',
  'webId',
  'barcode',
  'register',
  'transaction',
  'seat',
  'serie',
]);
