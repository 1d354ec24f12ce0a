// What the page does by itself: search, filters, folding, the theme. Everything can be read without it. It is the only script that the page may
// run: the policy in its head names this text by its hash, so that nothing that got into the page could be run.
export const behaviour = `'use strict';
const $=(q,n=document)=>[...n.querySelectorAll(q)];
const box=document.getElementById('search'),count=document.getElementById('count');
const stacks=$('.stack');
const initially=new Map(stacks.map(s=>[s,s.open]));
function shown(c){return $('.finding',c).some(f=>!f.hidden)}
function apply(){
const words=box.value.trim().toLowerCase().split(/\\s+/).filter(Boolean);
const off=new Set($('[data-severity]').filter(i=>!i.checked).map(i=>i.dataset.severity));
const only=document.getElementById('only').checked;
let n=0;
for(const s of stacks){
const name=s.dataset.words;
let any=false;
for(const c of $('.component',s)){
for(const f of $('.finding',c))f.hidden=[...off].some(o=>f.classList.contains(o));
const text=name+' '+c.textContent.toLowerCase();
c.hidden=!words.every(w=>text.includes(w))||(only&&!shown(c));
if(!c.hidden){any=true;n++}
}
s.hidden=!any;
s.open=words.length?any:initially.get(s);
}
count.textContent=n+(n===1?' component':' components');
}
box.addEventListener('input',apply);
for(const i of $('.controls input[type=checkbox]'))i.addEventListener('change',apply);
document.addEventListener('keydown',e=>{
if(e.key==='/'&&e.target===document.body){e.preventDefault();box.focus()}
if(e.key==='Escape'&&e.target===box){box.value='';apply()}
});
function go(){
const at=document.getElementById(decodeURIComponent(location.hash.slice(1)));
if(!at)return;
for(let n=at;n;n=n.parentElement)if(n.tagName==='DETAILS')n.open=true;
$('.here').forEach(n=>n.classList.remove('here'));
at.classList.add('here');
at.scrollIntoView();
at.focus({preventScroll:true});
}
addEventListener('hashchange',go);
document.addEventListener('click',e=>{const a=e.target.closest&&e.target.closest('a[href^="#"]');if(a&&a.getAttribute('href')===location.hash)go()});
document.getElementById('fold').addEventListener('click',e=>{const open=stacks.some(s=>!s.open);for(const s of stacks){s.open=open;initially.set(s,open)}});
document.getElementById('theme').addEventListener('click',()=>{
const r=document.documentElement,dark=r.dataset.theme?r.dataset.theme==='dark':matchMedia('(prefers-color-scheme: dark)').matches;
r.dataset.theme=dark?'light':'dark';
});
let folded=[];
addEventListener('beforeprint',()=>{folded=$('details').filter(d=>!d.open);folded.forEach(d=>{d.open=true})});
addEventListener('afterprint',()=>{folded.forEach(d=>{d.open=false})});
document.querySelector('.controls').hidden=false;
apply();
go();
`

/** SHA-256 of the text in base64; a test holds it to the text. */
export const behaviourHash = 'wUGw4aNHbkLjyyfly6gSgA29yi1LdJUvfhhruYFMuK8='
