/**
 * What portals say about a ticket, in their own words (Spanish and English). Patterns run over `plain` sentences.
 * `weak` wordings also stand in help texts: they count only as a fresh answer inside an alert, dialog or result.
 */
import type { FailureCode } from '@cfdi-live/contract';

export interface Phrase {
  code: FailureCode;
  says: RegExp;
  not?: RegExp;
  weak?: boolean;
}

const TICKET =
  '(ticket|folio|compra|venta|orden|pedido|consumo|codigo|transaccion|boleto|nota|recibo|cuenta|operacion|referencia|receipt|purchase|order|code|sale|check)';
const BRANCH = '(sucursal|tienda|estacion|restaurante|unidad|establecimiento|store|branch|location)';

/** In order of precedence: the first that fits speaks. */
export const TICKET_PHRASES: readonly Phrase[] = [
  {
    code: 'included_in_global_invoice',
    says: /(incluid|integrad|contemplad|considerad|agregad|forma parte|facturad|included).{0,60}(factura )?(global|del dia|publico en general|invoice for the general public)|global invoice/,
    not: /no (ha sido|fue|esta|se encuentra) (incluid|facturad)/,
  },
  {
    code: 'already_invoiced',
    says: new RegExp(
      [
        '\\b(ya|anteriormente|previamente) (ha sido |habia sido |fue |fueron |esta |estaba |se encuentra |se encontraba |se |lo )?(facturad[oa]s?|timbrad[oa]|facturo|facturaste)\\b',
        'facturad[oa]s? (anterior|previa)mente',
        '\\bya (existe|cuenta con|tiene|hay|se (genero|emitio|timbro|expidio|realizo)|fue (generad|emitid|expedid)[oa]|ha sido (generad|emitid)[oa]).{0,25}(factura|cfdi|comprobante)',
        '(factura|cfdi|comprobante).{0,40}(\\bya (fue|ha sido|se)? ?(generad|emitid|expedid|timbrad|existe)|(generad|emitid|expedid|timbrad)[oa] (anterior|previa)mente)',
        `${TICKET}.{0,60}(\\bya (fue |ha sido |esta |se encuentra )?(utilizad|usad|canjead|procesad)[oa]|se encuentra facturad[oa]|esta facturad[oa]|fue facturad[oa]|con factura (emitida|generada))`,
        '\\balready (been )?(invoiced|billed|used to)',
        'invoice (already exists|has already been|was already)|(was|has been) (already |previously )(invoiced|billed)|previously invoiced|existing invoice',
      ].join('|'),
    ),
    not: /\b(no|aun no|todavia no|not( yet)?) (ha sido|fue|esta|se encuentra|been) (facturad|invoiced|billed)|no se ha facturado|(correo|usuario|rfc|cliente|email|user).{0,30}\bya (existe|esta registrad)/,
  },
  {
    code: 'wrong_branch',
    says: new RegExp(
      `(otra|diferente|distinta) ${BRANCH}|no (pertenece|corresponde|es de).{0,20}${BRANCH}|(verifique|verifica|verificar|acuda|consulte).{0,15}(con|en|a) (la|su|el|tu) ${BRANCH}|${BRANCH}.{0,30}(no corresponde|incorrect|invalid|no coincide|equivocad)|belongs to (another|a different) ${BRANCH}|(wrong|another|different) ${BRANCH}`,
    ),
  },
  {
    code: 'not_yet_available',
    says: new RegExp(
      [
        '(aun|todavia) no (se (encuentra|ha|puede)|esta|es posible|puede|podra|ha sido|han|hay|aparece)',
        'no (esta|se encuentra) (aun|todavia|disponible aun|disponible todavia)',
        '(not available|not been (processed|registered)|cannot be invoiced|not ready) yet|not yet (available|registered|processed|been)|(is|are) not yet',
        `${TICKET}.{0,40}(en proceso de (registro|carga|sincroni)|pendiente de (registro|carga|sincroni))`,
      ].join('|'),
    ),
    not: /facturas? (aun|todavia) no (se ha)? ?generad/,
  },
  {
    code: 'not_yet_available',
    says: /(disponible|podra|puede|podras|intent|vuelva|facturable).{0,50}(a partir (de|del)|despues de( las)?|dentro de|en (\d+|unas|unos|algunas) (min|hora|dia)|\bmanana\b|24 ?h|pasad[oa]s)|espere.{0,30}\d+ ?(min|hora|dia|h\b)|(available|try again|come back|invoiced?) (after|from|in|on) .{0,20}(\d|tomorrow|hours?|minutes?)/,
    weak: true,
  },
  {
    code: 'ticket_expired',
    says: new RegExp(
      [
        '\\b(ha |han |ya |se )?(expir|venci|caduc)(o|ado|ada|io|do|da|aron|eron)\\b',
        'fuera (de|del) (el )?(plazo|tiempo|periodo|fecha|vigencia|rango)',
        '\\bexced(e|io|ido|ieron|en)\\b.{0,40}(plazo|dias|horas|limite|tiempo|periodo|mes)',
        '(plazo|periodo|tiempo|vigencia|fecha limite|limite).{0,60}(termin|venc|conclu|expir|finaliz|paso|supera|agot|cerr)',
        '\\bya no (es posible|se puede|puede|podra|procede).{0,30}(factur|timbr|generar|emitir)|\\bya no (esta|se encuentra) (disponible|vigente)|\\bya no es (facturable|valido)',
        '(no (es|sera) posible|no se puede|no puede|imposible).{0,30}factur.{0,80}(mes|fecha|dias|plazo|anterior|periodo|vigencia|tiempo|horas)',
        '\\bexpired\\b|past (the|its) (deadline|due|limit)|(out of|outside) (the )?(time|period|window|date)|can no longer be invoiced|no longer (available|valid|eligible)|deadline (has )?(passed|expired)|too old',
      ].join('|'),
    ),
    // A page, a session or a reservation that has run out is begun anew; the ticket is as good as before.
    not: /sesion|session|token|captcha|certificado|contrase|password|tarjeta|tiempo (de (espera|respuesta)|(para|de) (captur|complet|llen|ingres|registr))|timeout|no ha (expirado|vencido)|link|enlace/,
  },
  {
    code: 'ticket_expired',
    says: /(solo|solamente|unicamente|only).{0,40}(factur|invoice|tickets|compras).{0,60}(mes (en curso|actual|corriente|vigente|calendario)|\d+ ?(dias|horas|hrs|days|hours)|current month|same month)|maximo (de )?\d+ ?(horas|dias|hrs)|(dentro de|hasta) (los|las) \d+ ?(horas|dias)|within \d+ (days|hours)/,
    weak: true,
  },
  {
    code: 'ticket_not_found',
    says: new RegExp(
      [
        'no (se |lo |la |pudimos |podemos |ha sido |fue |fueron |es |hemos )*(encontr|localiz|hall|ubic)',
        'no (se )?(encuentr|hay (registro|coincidencia|resultado|informacion|ningun|dato|venta|ticket|compra)|exist(e|en|io)|arrojo|tenemos registro)',
        `${TICKET}s?\\b.{0,60}(no (es |son |esta |se encuentra |fue |ha sido )?(valid|encontrad|exist|localizad|registrad|coincid|corresponde|reconocid|disponible|identificad)|inexistente|invalid|incorrect|erroneo)`,
        `(inexistente|invalid|incorrect|erroneo|desconocid)[oae]?s?.{0,30}${TICKET}`,
        'los datos (del ticket |de la compra |capturados |ingresados |proporcionados |son )*(no (coincid|correspond|son (correct|valid)|existen)|incorrect|invalid|erroneo)',
        'datos (incorrectos|invalidos|erroneos|no encontrados)',
        'not found|no (results?|match(es|ing)?|records?|such|transaction|purchase)\\b|(couldn.?t|could not|can.?t|cannot|unable to|were not able to) (be )?(f(i|ou)nd|locate)|(do|does|did)(n.?t| not) (exist|match)',
      ].join('|'),
    ),
    not: /mantenimiento|maintenance|(servicio|sistema|portal|sitio|plataforma)\b.{0,60}no (esta |se encuentra )?disponible|pagina|page not found|recurso|archivo|file|404|usuario|user|contrase|password|error interno|conexion|\bsat\b|lista (de|del)|\blco\b|no encuentras|captcha|imagen|correo|regimen|uso del? c|(no|aun no|todavia no) exist\w* (factura|cfdi)/,
  },
];

/** The portal itself is not at work. */
export const DOWN: RegExp =
  /(servicio|sistema|portal|sitio|plataforma|pagina).{0,40}(no (esta |se encuentra )?disponible|inactiv|fuera de (servicio|linea)|suspendid|en (construccion|mantenimiento)|temporalmente)|(en|por) mantenimiento|mantenimiento (programado|del (sistema|sitio))|temporarily (unavailable|down|out of service)|under (maintenance|construction)|service unavailable|(bad gateway|gateway time-?out|internal server error)|(intente|intentelo|intenta|vuelva a intentar|try again).{0,20}(mas tarde|later)|error (interno|inesperado) (del|en el) (servidor|sistema)|no (fue|es) posible (conectar|comunicar|establecer).{0,40}(servidor|servicio|sat|pac)/;

/** A firewall's page: nothing there to be solved. */
export const BLOCKED: RegExp =
  /access (to this (page|site|resource) )?(has been |is |was )?(denied|blocked|forbidden)|acceso (denegado|bloqueado|restringido)|you have been blocked|request (was |has been )?(blocked|rejected|unsuccessful)|solicitud (fue )?(bloqueada|rechazada) por|attention required|incapsula|403 forbidden|^forbidden$|error 1020|ray id|(su|tu) (ip|direccion ip|pais|ubicacion).{0,40}(bloquead|no (esta )?permitid)|not available in your (country|region)|unusual traffic|trafico inusual|too many requests|demasiad[oa]s (solicitudes|intentos|peticiones)|checking your browser|just a moment/;

export const LOGIN_FAILED: RegExp =
  /(usuario|contrase(n|ñ)a|correo|credenciales|datos de acceso|password|user(name)?|login|email).{0,40}(incorrect|invalid|no (es|son|coincid|exist|valid)|erron|wrong|not (match|valid|correct|recogni))|(incorrect|invalid|wrong|bad).{0,20}(usuario|contrase|credencial|password|user(name)?|credentials|login)|(cuenta|usuario|account|user).{0,30}(bloquead|suspendid|inhabilitad|desactivad|locked|suspended|disabled)|(exced|supera|demasiad|too many).{0,30}(intentos|attempts)/;

export const LOGIN_REQUIRED: RegExp =
  /(debe|debes|necesita|necesitas|requiere|favor de|es necesario) (de )?(iniciar sesion|registrar(se|te)|ingresar (a|con) (su|tu) cuenta|estar registrado|autenticar)|please (log|sign) in|(log|sign) in (to|first|is required)|you must (be logged|log|sign)|inicie sesion para/;

/** The invoice exists now, says the page. */
export const ISSUED: RegExp =
  /(factura|cfdi|comprobante|timbrado|facturacion|invoice).{0,60}(exito|correctamente|satisfactori|(ha sido|fue|se ha|se) (generad|emitid|timbrad|cread|expedid|genero|emitio)|generad[oa]|lista\b|listo\b|successfully|has been (issued|generated|created)|was (issued|generated|created)|is ready)|(se (ha )?(genero|generado|emitio|emitido|timbro|timbrado)|generamos|emitimos|successfully (issued|generated|created)).{0,30}(factura|cfdi|comprobante|invoice)|(aqui (esta|tienes)|descarga|here is) (tu|su|your) (factura|cfdi|invoice)|gracias por (facturar|tu compra|su preferencia)/;

/** The invoice goes out by mail, says the page. */
export const MAILED: RegExp =
  /(se (le |te )?(ha |han )?(envi|hara llegar|mando)|(sera|fue|fueron|ha sido|han sido) enviad|hemos (enviado|mandado)|(enviamos|mandamos|enviaremos|mandaremos)\b|recibira|llegara|enviad[oa]s?).{0,80}(correo|e-?mail|buzon|@)|(correo|e-?mail|buzon).{0,60}(enviad|recibira|llegara|enviamos|le llegara)|(sent|e?mailed|will (be sent|arrive|receive)|receive).{0,60}(e-?mail|inbox|@)|(e-?mail|inbox).{0,40}(sent|shortly|receive)/;

/** The portal took the request, and makes the invoice in its own time. */
export const PROMISED: RegExp =
  /((factura|cfdi|comprobante|invoice).{0,80}(estara (lista|listo|disponible)|quedara lista|se (generara|emitira|timbrara)|sera (generad|emitid|timbrad)[oa]|will be (ready|available|issued))|(podra|podras|you can) (descargar|consultar|download).{0,60}(factura|cfdi|comprobante|invoice)).{0,60}(\bminut|\bhoras?\b|\bdias?\b|manana|mas tarde|\bhours?\b|\bdays?\b|tomorrow|later)/;

/** The portal is still at it. */
export const BUSY: RegExp =
  /\b(cargando|procesando|espere|un momento|generando|validando|buscando|consultando|timbrando|enviando|loading|processing|please wait|working|one moment)\b/;
